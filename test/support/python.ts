import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const GENERATOR = 'openapi-python-client==0.29.1';
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/openapi-python-client/', import.meta.url));

/** A Python with the public generator of clients, installed by pip the first time. */
export async function openPython() {
  const python = join(FOLDER, 'bin', 'python');
  const generator = join(FOLDER, 'bin', 'openapi-python-client');
  if (!existsSync(generator)) {
    await run('/usr/bin/python3', ['-m', 'venv', FOLDER]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', GENERATOR]);
  }
  return {
    generate: (description: string, folder: string) =>
      run(generator, ['generate', '--path', description, '--output-path', folder, '--meta', 'none']),
    /** What a script prints, which finds modules in the folder. */
    run: async (script: string, { folder, args }: { folder: string; args: readonly string[] }) =>
      (await run(python, ['-c', script, ...args], { env: { PYTHONPATH: folder } })).stdout,
  };
}
