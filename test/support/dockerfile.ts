/** The steps of each stage, with lines that go on joined and comments dropped. */
export function readStages(text: string): Step[][] {
  const stages: Step[][] = [];
  for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
    const [, verb, rest] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? [];
    if (verb === undefined || rest === undefined) continue;
    if (verb === 'FROM') stages.push([]);
    stages.at(-1)?.push({ verb, rest });
  }
  return stages;
}

export type Step = { verb: string; rest: string };

/** The words of an exec form, `["sh", "start.sh"]`, wherever it stands in the line. */
export const execForm = (rest: string) => JSON.parse(rest.slice(rest.indexOf('['))) as string[];

/** `A=1 B=2` of an ENV step. */
export const pairs = (rest: string): Record<string, string> =>
  Object.fromEntries(rest.split(/\s+/).map((pair) => pair.split('=') as [string, string]));
