import { generateApi } from 'swagger-typescript-api';

// Lint and format leave the file alone: it is compared as it is written.
const HEADING = `/* eslint-disable */
// Written by \`npm run draw:api-types\` from the OpenAPI document. Not to be edited.
`;

/** The types of all requests and answers of an OpenAPI document, as TypeScript. */
export async function apiTypes(document: object): Promise<string> {
  const { files } = await generateApi({
    spec: structuredClone(document),
    output: false,
    fileName: 'types.ts',
    generateClient: false,
    generateRouteTypes: true,
    silent: true,
  });
  const [file] = files;
  if (!file) throw new Error('the generator wrote nothing');
  // What stands before the first type is the generator's own heading, with its address and its exemptions.
  return HEADING + file.fileContent.replace(/^(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*|\s)*/, '\n');
}
