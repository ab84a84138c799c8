import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { environment, readConfig } from '../../src/start/config.ts';
import { StartFault } from '../../src/platform/errors.ts';

const faults = (env: Record<string, string>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof StartFault);
    return error.message.split('\n');
  }
};
const production = {
  APP_ENV: 'production',
  DATABASE_URL: 'postgresql://skyfox@db.example/skyfox',
  JWT_SECRET_KEY: 'a secret of more than sixteen',
  PAYMENT_GATEWAY_URL: 'https://payments.example/payment-service',
  PAYMENT_GATEWAY_API_KEY: 'key',
};

test('nothing need be set at a desk, and an empty value is an absent one', () => {
  const config = readConfig({ PORT: '', CINEMA_TIME_ZONE: ' ' });
  assert.equal(config.port, 8080);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.publicUrl, 'http://localhost:8080');
  assert.equal(config.auth.seedPassword, 'foobar');
  assert.equal(config.bookings.holdSeconds, 300);
  assert.equal(config.cinemaTimeZoneIsSet, false);
});

test('production has no default that would harm it', () => {
  assert.deepEqual(faults(production), []);
  const config = readConfig(production);
  assert.equal(config.host, '0.0.0.0');
  assert.equal(config.auth.seedPassword, undefined);
  const bare = faults({ APP_ENV: 'production' }).map((line) => line.split(' ')[0]);
  assert.deepEqual(
    new Set(bare),
    new Set(['DATABASE_URL', 'JWT_SECRET_KEY', 'PAYMENT_GATEWAY_API_KEY', 'PAYMENT_GATEWAY_URL']),
  );
});

test('production uses the embedded database only where it is asked for', () => {
  const { DATABASE_URL: _, ...rest } = production;
  assert.match(
    faults(rest).join('\n'),
    /^DATABASE_URL is required in production; .+EMBEDDED_DATABASE=true.+$/,
  );
  assert.equal(faults({ ...rest, DATABASE_URL: ' ', EMBEDDED_DATABASE: 'false' }).length, 1);
  assert.equal(readConfig({ ...rest, EMBEDDED_DATABASE: 'true' }).database.url, undefined);
});

test('a password with a sign that ends it is told how to be written, and is not shown', () => {
  for (const secret of [
    'pa#ss',
    '12#34',
    'pa/ss',
    '12/34',
    'pa?ss',
    '12?34',
    'p@ss/word',
    '#',
    'pa%ss',
    'pa%E0%A4ss',
  ]) {
    for (const name of ['DATABASE_URL', 'DATABASE_REPORTS_URL', 'DATABASE_DIRECT_URL']) {
      const lines = faults({
        [name]: `postgresql://skyfox:${secret}@db.example:5432/skyfox?sslmode=require`,
      });
      assert.equal(lines.length, 1, secret);
      assert.match(
        lines[0] ?? '',
        new RegExp(`^${name} .*write # as %23, / as %2F, .* for example ${name}=post\\S+$`),
      );
      assert.ok(!lines[0]?.includes(`${secret}@`) && !lines[0]?.includes('db.example'), lines[0]);
    }
    assert.match(faults({ REDIS_URL: `redis://:${secret}@cache` }).join('\n'), /^REDIS_URL .*write # as %23/);
  }
  for (const secret of ['p@ss', 'a:b', 'pa%23ss%2F', 'ünï', 'a b', '[x]']) {
    assert.deepEqual(faults({ DATABASE_URL: `postgresql://skyfox:${secret}@db.example/skyfox` }), [], secret);
  }
  assert.deepEqual(faults({ DATABASE_URL: 'postgresql:///skyfox?host=/run/postgresql&user=me@home' }), []);
  assert.deepEqual(faults({ MOVIE_SERVICE_URL: 'https://movies.example/@v1/#x' }), []);
});

test('a certificate that cannot be used is told of with the URL that names it, and what stands in the URL is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skyfox-certificates-'));
  const nonsense = join(folder, 'nonsense.pem');
  await writeFile(nonsense, 'no certificate');
  const broken = join(folder, 'broken.pem');
  await writeFile(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const told = (query: string, name = 'DATABASE_URL') => {
    const lines = faults({ [name]: `postgresql://skyfox:secret@db/skyfox?${query}` });
    assert.equal(lines.length, 1, query);
    assert.match(
      lines[0] ?? '',
      /; for example DATABASE_\w+=postgresql:\/\/\S+\?sslmode=verify-full&sslrootcert=\S+$/,
    );
    return lines[0]?.split('; for example')[0];
  };
  for (const mode of ['', 'sslmode=prefer&', 'sslmode=require&', 'sslmode=verify-full&']) {
    const line = told(`${mode}sslrootcert=/nowhere/ca.pem`);
    assert.equal(line, 'DATABASE_URL names a file that cannot be read (ENOENT): sslrootcert=/nowhere/ca.pem');
  }
  assert.match(told(`sslrootcert=${folder}`) ?? '', /cannot be read \(EISDIR\)/);
  assert.match(
    told(`sslrootcert=${nonsense}`, 'DATABASE_REPORTS_URL') ?? '',
    /^DATABASE_REPORTS_URL .* no certificate/,
  );
  assert.match(
    told(`sslrootcert=${broken}`, 'DATABASE_DIRECT_URL') ?? '',
    /^DATABASE_DIRECT_URL .*cannot be used/,
  );
  assert.match(told(`sslcert=${broken}&sslkey=/nowhere`) ?? '', /\(ENOENT\): sslkey=\/nowhere/);
  assert.match(told(`sslcert=${broken}`) ?? '', /one of sslcert and sslkey/);
  assert.match(told('sslmode=verify-ca') ?? '', /needs sslrootcert/);
  assert.match(told('sslmode=require&sslrootcert=system') ?? '', /needs sslmode=verify-full/);
  assert.match(told('sslnegotiation=direct') ?? '', /needs sslmode=require/);
  assert.match(
    told('sslmode=Require') ?? '',
    /unknown sslmode: it must be one of disable, allow, prefer, require/,
  );
  assert.match(told('sslmode=on') ?? '', /unknown sslmode/);
  // Neither is read: no connection, or a socket of this machine.
  assert.deepEqual(
    faults({ DATABASE_URL: 'postgresql://db/skyfox?sslmode=disable&sslrootcert=/nowhere' }),
    [],
  );
  assert.deepEqual(
    faults({ DATABASE_URL: 'postgresql:///skyfox?host=/run/postgresql&sslrootcert=/nowhere' }),
    [],
  );
});

test('every fault is told at once, each with its name and an example, and no secret is shown', () => {
  const wrong = {
    PORT: 'abc',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://somewhere',
    BCRYPT_COST: '3',
    CINEMA_TIME_ZONE: '+05:30',
    CORS_ORIGINS: 'not an origin',
    TRUST_PROXY: '10.0.0.0/99',
    TICKET_KEYS: 'k1:short-secret',
    PAYMENT_GATEWAY_API_KEY: 'sékrét',
    SEED_PASSWORD: 'x'.repeat(73),
    S3_ENDPOINT: 'http://localhost:9000',
    AWS_ACCESS_KEY_ID: 'AKIDSECRET',
  };
  const lines = faults(wrong);
  const named = new Set(lines.map((line) => line.split(' ')[0]));
  for (const name of Object.keys(wrong)) {
    assert.ok(named.has(name === 'S3_ENDPOINT' ? 'S3_BUCKET' : name), `${name} is named`);
  }
  for (const line of lines) assert.match(line, /; for example [A-Z0-9_]+=\S/);
  assert.doesNotMatch(lines.join(), /short-secret|sékrét|AKIDSECRET|xxx/);
});

test('what proxies to trust is a number of hops or a list of networks', () => {
  assert.equal(readConfig({ TRUST_PROXY: '2' }).trustProxy, 2);
  assert.equal(readConfig({ TRUST_PROXY: 'off' }).trustProxy, false);
  assert.deepEqual(readConfig({ TRUST_PROXY: '127.0.0.1, fd00::/8' }).trustProxy, ['127.0.0.1', 'fd00::/8']);
  for (const wrong of ['abc', 'true', '1.2.3', '::1/129', '10.0.0.0/8/8']) {
    assert.equal(faults({ TRUST_PROXY: wrong }).length, 1, wrong);
  }
});

test('metrics cannot share the port', () => {
  assert.match(faults({ PORT: '9000', METRICS_PORT: '9000' }).join(), /^METRICS_PORT must differ from PORT/);
});

test('.env is read, a byte-order mark before it too, and the environment outranks it', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'skyfox-env-')), '.env');
  await writeFile(file, '\uFEFFSKYFOX_TEST_FIRST=one\nPATH=nowhere\n');
  const env = environment(file);
  assert.equal(env['SKYFOX_TEST_FIRST'], 'one');
  assert.equal(env['PATH'], process.env['PATH']);
  assert.throws(() => environment(join(file, '..')), /cannot be read \(EISDIR\)/);
});

test('names that are nearly those of settings are told, and others are not', () => {
  const meant = (...names: string[]) =>
    readConfig(Object.fromEntries(names.map((name) => [name, '']))).nearMisses.map((miss) => miss.meant);
  assert.deepEqual(meant('JWT_SECRET'), ['JWT_SECRET_KEY']);
  assert.deepEqual(meant('PROT'), ['PORT']);
  assert.deepEqual(meant('DATABASE_URI', 'database_url'), ['DATABASE_URL', 'DATABASE_URL']);
  assert.deepEqual(meant('GATEWAY_API_KEY', 'SEED_PASS'), ['API_GATEWAY_KEY', 'SEED_PASSWORD']);
  assert.deepEqual(meant('CINEMA_TIMEZONE', 'REDIS_URI'), ['CINEMA_TIME_ZONE', 'REDIS_URL']);
  assert.deepEqual(meant('AWS_SECRET_KEY', 'PAYMENT_URL'), ['AWS_SECRET_ACCESS_KEY', 'PAYMENT_GATEWAY_URL']);
  const others = ['HOME', 'HOSTNAME', 'PATH', 'PWD', 'TERM', 'NODE_ENV', 'AWS_DEFAULT_REGION', 'REDIS_PORT'];
  assert.deepEqual(
    meant(...others, 'PORT', 'TZ', 'USER', 'LANG', 'npm_config_prot', 'NGINX_PORT', 'NGINX_TRUST_PROXY'),
    [],
  );
});
