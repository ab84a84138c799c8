// `npm run chaos [-- --seconds N --seed N]`: kills processes at random under load and audits what they left.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { StartFault } from '../src/platform/errors.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';

explain(`npm run chaos [-- --seconds N --seed N]

Kills processes at random under load, on a database of its own, and then looks whether money and seats add up.

  --seconds N   300
  --seed N      the dice; drawn and printed where absent`);

const USAGE = 'npm run chaos -- [--seconds N] [--seed N]';

await runTool(async () => {
  const { seconds, seed } = readWish();
  console.log(
    `chaos for ${seconds} s; again with the same dice: npm run chaos -- --seconds ${seconds} --seed ${seed}`,
  );
  const env = { ...process.env, CHAOS_SECONDS: seconds, CHAOS_SEED: seed };
  const runner = spawn(process.execPath, ['--test', 'test/system/chaos.test.ts'], { stdio: 'inherit', env });
  const [code] = await once(runner, 'exit');
  process.exitCode = code ?? 1;
});

function readWish() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '300' },
        seed: { type: 'string', default: String(randomInt(2 ** 32)) },
      },
    });
    if (!Object.values(values).every((value) => /^\d{1,10}$/.test(value)))
      throw new Error('whole numbers, please');
    return values;
  } catch (error) {
    throw new StartFault(`${(error as Error).message}\n${USAGE}`, error);
  }
}
