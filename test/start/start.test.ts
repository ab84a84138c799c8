import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

test('a port that is taken stops the start before anything is opened or migrated', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  // Nothing listens there, so a start that reached for its database would say so.
  const env = { PORT: String(port), DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', PROT: '1' };
  for (const processes of ['1', '2']) {
    const failed = await run(process.execPath, ['src/main.ts'], {
      env: { ...env, WEB_CONCURRENCY: processes },
    }).then(
      () => assert.fail('it started'),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, new RegExp(`^port ${port} is taken on 127.0.0.1`));
    assert.match(failed.stdout, /PROT is not a setting and is ignored; did you mean PORT\?/);
  }
});

test('a test file that is mistyped is an error, not all tests', async () => {
  for (const script of ['scripts/test.ts', 'scripts/test-system.ts']) {
    const asked = run(process.execPath, [script, 'test/start/config.test.ts', 'test/nosuch.test.ts']);
    await assert.rejects(asked, { stderr: /^no test file: test\/nosuch\.test\.ts$/m });
  }
});
