import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { tlsFault } from '../platform/connecting/tls.ts';
import { StartFault } from '../platform/errors.ts';
import {
  readOriginList,
  readOrigins,
  readTrustProxy,
  readUrl,
} from '../platform/settings/network-settings.ts';
import {
  readHeaderSecret,
  readJwtSecret,
  readKeys,
  readPassword,
} from '../platform/settings/secret-settings.ts';
import { Reader, type Environment } from '../platform/settings/settings.ts';
import { readTimeZone } from '../platform/settings/zone-setting.ts';

export type Config = ReturnType<typeof readConfig>;

/** The process's environment, which overrides `.env`. */
export function environment(file = '.env'): Environment {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') {
      throw new StartFault(`${file} cannot be read (${code}): make it a file that this user may read`, error);
    }
  }
  // Windows' editors put a byte-order mark before the first name.
  return { ...parseEnv(text.replace(/^\uFEFF/, '')), ...process.env };
}

/** All settings; throws a StartFault that names every faulty one, what is wrong with it and an example. */
export function readConfig(env: Environment) {
  const read = new Reader(env);
  const production =
    read.oneOf('APP_ENV', ['development', 'test', 'production'], 'development') === 'production';
  const port = read.whole('PORT', 8080, { min: 0, max: 65_535 });
  const config = {
    production,
    port,
    host: read.text('HOST', production ? '0.0.0.0' : '127.0.0.1'),
    publicUrl: (readUrl(read, 'PUBLIC_URL') ?? `http://localhost:${port}`).replace(/\/$/, ''),
    dataDir: resolve(read.text('DATA_DIR', '.data')),
    logLevel: read.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info'),
    webConcurrency: read.whole('WEB_CONCURRENCY', 1, { min: 1, max: 64 }),
    metricsPort: read.optionalWhole('METRICS_PORT', { min: 0, max: 65_535 }),
    trustProxy: readTrustProxy(read, 'TRUST_PROXY'),
    corsOrigins: readOrigins(read, 'CORS_ORIGINS'),
    apiGatewayKey: readHeaderSecret(read, 'API_GATEWAY_KEY'),
    redisUrl: readUrl(read, 'REDIS_URL', ['redis:', 'rediss:']),
    cinemaTimeZone: readTimeZone(read, 'CINEMA_TIME_ZONE'),
    cinemaTimeZoneIsSet: read.isSet('CINEMA_TIME_ZONE'),
    database: databaseSettings(read, production),
    auth: authSettings(read, production),
    bookings: {
      holdSeconds: read.whole('HOLD_SECONDS', 300, { min: 1, max: 86_400 }),
      maxSeatsHeld: read.whole('MAX_SEATS_HELD', 0, { min: 0, max: 100 }),
    },
    movies: {
      url: readUrl(read, 'MOVIE_SERVICE_URL'),
      apiKey: readHeaderSecret(read, 'MOVIE_SERVICE_API_KEY') ?? '',
      cacheSeconds: read.whole('MOVIE_CACHE_SECONDS', 300, { min: 1, max: 86_400 }),
    },
    payments: paymentSettings(read, production),
    pictures: pictureSettings(read),
    ticketKeys: readKeys(read, 'TICKET_KEYS'),
    web: webSettings(read, production),
    // The point at which a test makes the process die; only tests use it.
    failpoint: env['APP_ENV'] === 'test' ? env['SKYFOX_FAILPOINT'] : undefined,
  };
  if (config.metricsPort !== undefined && config.metricsPort === port && port !== 0) {
    read.fault('METRICS_PORT', 'must differ from PORT', String(port + 1));
  }
  read.finish();
  return { ...config, nearMisses: read.nearMisses() };
}

function databaseSettings(read: Reader, production: boolean) {
  // A cinema must choose a database in a folder of one machine on purpose.
  const isEmbeddedMeant = read.flag('EMBEDDED_DATABASE');
  if (production && !read.isSet('DATABASE_URL') && !isEmbeddedMeant) {
    read.fault(
      'DATABASE_URL',
      'is required in production; the embedded database is used there only with EMBEDDED_DATABASE=true',
      'postgresql://skyfox:secret@db.example:5432/skyfox',
    );
  }
  return {
    url: databaseUrl(read, 'DATABASE_URL'),
    reportsUrl: databaseUrl(read, 'DATABASE_REPORTS_URL'),
    directUrl: databaseUrl(read, 'DATABASE_DIRECT_URL'),
    poolMax: read.whole('DATABASE_POOL_MAX', 10, { min: 1, max: 1_000 }),
  };
}

function databaseUrl(read: Reader, name: string): string | undefined {
  const url = readUrl(read, name, ['postgres:', 'postgresql:']);
  const wrong = url === undefined ? undefined : tlsFault(url);
  if (wrong !== undefined) {
    const example = 'postgresql://skyfox:secret@db.example:5432/skyfox';
    read.fault(name, wrong, `${example}?sslmode=verify-full&sslrootcert=/etc/skyfox/ca.pem`);
  }
  return url;
}

const authSettings = (read: Reader, production: boolean) => ({
  jwtSecret: readJwtSecret(read, 'JWT_SECRET_KEY', production),
  bcryptCost: read.whole('BCRYPT_COST', 12, { min: 4, max: 15 }),
  // The default is public, so production has none.
  seedPassword: readPassword(read, 'SEED_PASSWORD') ?? (production ? undefined : 'foobar'),
  ratePerAccount: read.whole('RATE_LIMIT_PER_ACCOUNT', 10, { min: 0, max: 1_000_000 }),
  ratePerAddress: read.whole('RATE_LIMIT_PER_ADDRESS', 300, { min: 0, max: 1_000_000 }),
});

function paymentSettings(read: Reader, production: boolean) {
  const url = readUrl(read, 'PAYMENT_GATEWAY_URL');
  const example = 'https://payments.example/payment-service';
  if (production && !read.isSet('PAYMENT_GATEWAY_URL')) {
    read.fault(
      'PAYMENT_GATEWAY_URL',
      'is required in production, where the simulator charges nobody',
      example,
    );
  }
  if (production && !read.isSet('PAYMENT_GATEWAY_API_KEY')) {
    read.fault('PAYMENT_GATEWAY_API_KEY', 'is required in production', 'the-key-that-the-gateway-gave-you');
  }
  return {
    url,
    apiKey: readHeaderSecret(read, 'PAYMENT_GATEWAY_API_KEY') ?? '',
    timeoutSeconds: read.whole('PAYMENT_TIMEOUT_SECONDS', 10, { min: 1, max: 120 }),
    idempotent: read.flag('PAYMENT_GATEWAY_IDEMPOTENT'),
  };
}

/** A browser cannot keep the gateway's key, so where there is one, the web app is for the operator to open. */
function webSettings(read: Reader, production: boolean) {
  const isOffByDefault = production || read.isSet('API_GATEWAY_KEY');
  return {
    isOn: read.oneOf('WEB_APP', ['on', 'off'], isOffByDefault ? 'off' : 'on') === 'on',
    imageOrigins: readOriginList(read, 'IMAGE_ORIGINS'),
    deskIdleMinutes: read.whole('DESK_IDLE_MINUTES', 30, { min: 1, max: 1_440 }),
  };
}

function pictureSettings(read: Reader) {
  const bucket = read.text('S3_BUCKET', '');
  const accessKeyId = read.value('AWS_ACCESS_KEY_ID');
  const secretAccessKey = read.value('AWS_SECRET_ACCESS_KEY');
  const region = read.text('AWS_REGION', '');
  const endpoint = readUrl(read, 'S3_ENDPOINT');
  if (bucket !== '' && region === '') read.fault('AWS_REGION', 'is required with S3_BUCKET', 'ap-south-1');
  if (bucket === '' && endpoint !== undefined) {
    read.fault('S3_BUCKET', 'is required with S3_ENDPOINT', 'skyfox-pictures');
  }
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    read.fault('AWS_ACCESS_KEY_ID', 'and AWS_SECRET_ACCESS_KEY come together or not at all', 'AKIA...');
  }
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
  return {
    size: read.whole('PROFILE_IMAGE_SIZE', 64, { min: 16, max: 1_024 }),
    s3: bucket === '' ? undefined : { bucket, region, endpoint, credentials },
  };
}
