// `npm run reconcile [-- --json]`: what of money and seats does not add up; status 1 where anything is found.
// `npm run reconcile -- --resolve ID refunded|credited|confirmed|failed [--transaction TX] [--by NAME]`: settles an attempt.
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { CannotResolve, resolveAttempt } from '../src/checkout/checkout.ts';
import { environment, readConfig } from '../src/start/config.ts';
import { openMigrated } from '../src/start/database.ts';
import { countFindings, findAll, type Findings } from '../src/checkout/checkout.ts';
import { OUTCOMES, type Resolution } from '../src/payments/payments.ts';
import { Refusal, StartFault } from '../src/platform/errors.ts';
import { createLog } from '../src/platform/log.ts';
import { explain, runTool } from '../src/platform/process/tool.ts';
import { migrationStatus } from '../src/platform/migrations/migration-status.ts';

explain(`npm run reconcile [-- --json]
npm run reconcile -- --resolve ID ${OUTCOMES.join('|')} [--transaction TX] [--by NAME]

Lists what of money and seats does not add up, and changes nothing: 0 is nothing, 1 is something, 2 is a database that is
older than this program, which is not migrated for it.

  --json            the list as JSON
  --resolve ID      settles an attempt to charge a card, as the operator found it at the gateway:
      refunded        charged, and given back there
      credited        charged, and now added to the customer's wallet
      confirmed       charged, and the booking is confirmed while its seats are its own, or free
      failed          never charged
  --transaction TX  as the gateway's own list names the charge
  --by NAME         the operator who resolves it; the current user if absent

The database is DATABASE_URL, or the embedded one of DATA_DIR.`);

const USAGE = `npm run reconcile -- [--json] [--resolve ID ${OUTCOMES.join('|')} [--transaction TX] [--by NAME]]`;

await runTool(async () => {
  const wish = readWish(process.argv.slice(2));
  const config = readConfig(environment());
  const database = await openMigrated(config, createLog({ level: 'error' }), {
    borrow: true,
    migrates: false,
  });
  try {
    await refuseOlder(config.database.directUrl ?? database.url);
    if (wish.resolve) {
      await resolveAttempt(database.pool, wish.resolve);
      console.log(`attempt ${wish.resolve.id} is settled: ${wish.resolve.resolution}, by ${wish.resolve.by}`);
      return;
    }
    const findings = await findAll(database.reports);
    if (wish.json) console.log(JSON.stringify(findings, null, 2));
    else print(findings);
    if (countFindings(findings) > 0) process.exitCode = 1;
  } catch (error) {
    throw error instanceof CannotResolve || error instanceof Refusal
      ? new StartFault(error.message, error)
      : error;
  } finally {
    await database.close();
  }
});

/** A read must not migrate a database that an older program may still use. */
async function refuseOlder(url: string): Promise<void> {
  const { migrations } = await migrationStatus(url);
  const missing = migrations.filter(({ done }) => !done);
  if (missing.length === 0) return;
  throw new StartFault(
    `the database is older than this program (${missing.length} migrations are not done); nothing was changed. ` +
      'Use the program of its version, or bring it up: npm run migrate -- up',
    undefined,
    2,
  );
}

function readWish(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        resolve: { type: 'string' },
        by: { type: 'string' },
        transaction: { type: 'string' },
      },
    });
    if (values.resolve === undefined) {
      if (positionals.length > 0) throw new Error(`${positionals[0]} is too much`);
      return { json: values.json, resolve: undefined };
    }
    const [outcome, ...rest] = positionals;
    const resolution = OUTCOMES.find((known): known is Resolution => known === outcome);
    if (!/^\d{1,15}$/.test(values.resolve) || !resolution || rest.length > 0)
      throw new Error('--resolve wants ID OUTCOME');
    const transactionId = values.transaction;
    if (transactionId !== undefined && (resolution === 'failed' || !/^[^\p{C}]{1,255}$/u.test(transactionId)))
      throw new Error('--transaction wants the id of a charge');
    const by = (values.by ?? process.env['SUDO_USER'] ?? userInfo().username).slice(0, 100);
    return { json: values.json, resolve: { id: Number(values.resolve), resolution, by, transactionId } };
  } catch (error) {
    throw new StartFault(`${(error as Error).message}\n${USAGE}`, error);
  }
}

function print({ beforeTakeOver, calledFailed = [], ...found }: Findings): void {
  for (const [title, rows] of Object.entries(found)) {
    console.log(`${title}: ${rows.length === 0 ? 'in order' : rows.length}`);
    if (rows.length > 0) console.table(rows);
  }
  if (calledFailed.length > 0) {
    console.log(
      `called failed in the last day, to be looked for in the gateway's list once more: ${calledFailed.length}`,
    );
    console.table(calledFailed);
  }
  const before = Object.entries(beforeTakeOver).filter(([, count]) => count > 0);
  if (before.length > 0) {
    console.log(
      `from before the database was taken over: ${before.map(([what, n]) => `${n} ${what}`).join(', ')}`,
    );
  }
}
