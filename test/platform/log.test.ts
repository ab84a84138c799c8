import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { promisify } from 'node:util';

const LOG = fileURLToPath(new URL('../../src/platform/log.ts', import.meta.url));

/** What a program that logs writes into a pipe. */
function written(program: string): Promise<{ level: number; msg: string }[]> {
  const source = `
    import { pbkdf2 } from 'node:crypto';
    import { createLog, requestLines } from ${JSON.stringify(LOG)};
    const log = createLog({ level: 'info' });
    const line = { reqId: 'r', user: 'ravi', method: 'GET', route: '/shows', status: 200, milliseconds: 0.1 };
    const write = requestLines(log);
    ${program}`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '--eval', source], (_error, stdout) => {
      const lines = stdout.split('\n').filter((text) => text !== '');
      resolve(lines.map((text) => JSON.parse(text) as { level: number; msg: string }));
    });
  });
}

test('a program that ends by itself has written all its lines, in their order', async () => {
  const lines = await Promise.all(
    Array.from({ length: 8 }, () =>
      written(`for (let i = 0; i < 1_000; i++) write(line); log.info('the last');`),
    ),
  );
  for (const of of lines) {
    assert.equal(of.length, 1_001);
    assert.equal(of.at(-1)?.msg, 'the last');
  }
});

test('an error is written when it is logged, whatever else the program has to do, and takes what came before along', async () => {
  const lines = await written(`
    for (let i = 0; i < 16; i++) pbkdf2('a', 'b', 1_000_000, 64, 'sha512', () => {});
    for (let i = 0; i < 10; i++) write(line);
    log.error('it broke');
    process.kill(process.pid, 'SIGKILL');`);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    [...Array<string>(10).fill('request'), 'it broke'],
  );
});

test('a request line is what the log itself would write', async () => {
  const [byHand, byLog] = await written(`
    const odd = { ...line, user: 'a"b\\\\n\\u00e9' };
    write(odd); log.info(odd, 'request');
    write({ ...line, user: undefined }); log.info({ ...line, user: undefined }, 'request');`).then(
    (lines) => [lines.filter((_, place) => place % 2 === 0), lines.filter((_, place) => place % 2 === 1)],
  );
  const timeless = (lines: object[] = []) => lines.map((line) => ({ ...line, time: '' }));
  assert.equal(byHand?.length, 2);
  assert.deepEqual(timeless(byHand), timeless(byLog));
});

test('in a terminal each line of the log is one line', async () => {
  const terminal = 'data:text/javascript,process.stdout.isTTY = true;';
  const program = `import { createLog } from ${JSON.stringify(LOG)};
    createLog({ level: 'info' }).info({ method: 'GET', route: '/shows', status: 200 }, 'request');`;
  const args = ['--import', terminal, '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  assert.match(stdout, /^[^\n]*request[^\n]*\/shows[^\n]*\n$/);
});

test('a log that cannot be written, because the disk is full, costs lines and not the process', async (t) => {
  const full = await open('/dev/full', 'w');
  t.after(() => full.close());
  const source = `
    import { createLog } from ${JSON.stringify(LOG)};
    const log = createLog({ level: 'info' });
    log.error('an error goes out at once');
    for (let i = 0; i < 1_000; i++) log.info('many lines');
    setTimeout(() => log.error('another'), 300);
    setTimeout(() => process.stderr.write('alive'), 600);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', full.fd, 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  assert.deepEqual([said, code], ['alive', 0]);
});
