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
    import { createLog } from ${JSON.stringify(LOG)};
    const log = createLog({ level: 'info' });
    const line = { reqId: 'r', user: 'ravi', method: 'GET', route: '/shows', status: 200, milliseconds: 0.1 };
    const write = () => log.info(line, 'request');
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
      written(`for (let i = 0; i < 1_000; i++) write(); log.info('the last');`),
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
    for (let i = 0; i < 10; i++) write();
    log.error('it broke');
    process.kill(process.pid, 'SIGKILL');`);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    [...Array<string>(10).fill('request'), 'it broke'],
  );
});

test('a line that names a secret does not show it', async () => {
  const lines = await written(`
    const secrets = { password: 'hush', token: 'hush', card_number: 'hush', cvv: 'hush', security_answer: 'hush' };
    log.info({ ...secrets, user: 'ravi' }, 'request');
    log.warn({ body: secrets, headers: { authorization: 'hush', cookie: 'hush' } }, 'request');
    log.child({ token: 'hush' }).info('request');
    log.error({ err: Object.assign(new Error('refused'), { detail: 'hush', code: '23505' }) });`);
  assert.equal(lines.length, 4);
  assert.doesNotMatch(JSON.stringify(lines), /hush/);
  assert.match(JSON.stringify(lines), /ravi.*23505/);
});

test('a reader that reads nothing for a while holds up no request, and gets every line afterwards', async () => {
  // A pipe that does not block, as Node's own standard output makes it.
  const source = `
    import { createLog } from ${JSON.stringify(LOG)};
    process.stdout.isTTY;
    const log = createLog({ level: 'info' });
    const beganAt = performance.now();
    for (let i = 0; i < 4_000; i++) log.info({ i, of: 'x'.repeat(100) }, 'request');
    process.stderr.write(String(performance.now() - beganAt));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: 'pipe' });
  const [tookMs] = (await once(child.stderr, 'data')) as [Buffer];
  assert.ok(Number(tookMs) < 5_000, `${String(tookMs)} ms for 4,000 lines that nobody reads`);
  const text = (await child.stdout.toArray()).join('');
  const lines = text.split('\n').filter(Boolean);
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { i: number }).i),
    Array.from({ length: 4_000 }, (_, i) => i),
  );
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
