import { createHash, randomBytes } from 'node:crypto';
import { readOrigins, readTrustProxy } from '../../src/platform/settings/network-settings.ts';
import { Reader, type Environment } from '../../src/platform/settings/settings.ts';

const MARGIN_SECONDS = 20;
const ADDRESS = /^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/;

/** nginx's configuration by the environment, its files in `folder`. Throws a StartFault with a line a fault. */
export function nginxConfig(template: string, env: Environment, folder: string): string {
  const settings = readSettings(env);
  const salt = randomBytes(16).toString('hex');
  return fill(template, {
    RUN_DIR: folder,
    PORT: String(settings.port),
    READ_SECONDS: String(settings.paymentTimeoutSeconds + MARGIN_SECONDS),
    ARRIVAL_SECONDS: '30',
    KEY_SALT: salt,
    KEY_DIGEST: createHash('md5').update(`${salt}${settings.key}`).digest('base64url'),
    APP_IS_OPEN: settings.opensApp ? '"~^(GET|HEAD|POST|DELETE) /app(/|\\?|$)" 1;' : '# WEB_APP is off.',
    REAL_IP: realIp(settings.trusted),
    ORIGINS: origins(settings.corsOrigins),
    RATE_ZONES: lines(4, [
      settings.rateToken > 0 && `limit_req_zone $token zone=token:16m rate=${settings.rateToken}r/s;`,
      settings.rateAddress > 0 &&
        `limit_req_zone $binary_remote_addr zone=address:16m rate=${settings.rateAddress}r/s;`,
    ]),
    // The burst of both is twice the rate.
    RATE_LIMITS: lines(12, [
      settings.rateToken > 0 && `limit_req zone=token burst=${settings.rateToken * 2} nodelay;`,
      settings.rateAddress > 0 && `limit_req zone=address burst=${settings.rateAddress * 2} nodelay;`,
    ]),
    SERVERS: lines(
      8,
      settings.upstreams.map((address) => `server ${address} max_fails=2 fail_timeout=2s;`),
    ),
    ANSWERS: lines(12, ANSWERS.map(answer)),
    METRICS: settings.metricsPort === undefined ? '' : metrics(settings.metricsPort),
  });
}

function readSettings(env: Environment) {
  const read = new Reader(env);
  const appPort = read.whole('PORT', 8080, { min: 1, max: 65_535 });
  const settings = {
    key: read.value('API_GATEWAY_KEY') ?? '',
    port: read.whole('NGINX_PORT', 80, { min: 1, max: 65_535 }),
    metricsPort: read.optionalWhole('METRICS_PORT', { min: 1, max: 65_534 }),
    upstreams: read
      .text('UPSTREAMS', `127.0.0.1:${appPort}`)
      .split(',')
      .map((address) => address.trim()),
    trusted: readTrustProxy(read, 'NGINX_TRUST_PROXY'),
    // Only on request, since there always is a key here.
    opensApp: read.oneOf('WEB_APP', ['on', 'off'], 'off') === 'on',
    rateToken: read.whole('NGINX_RATE_TOKEN', 10, { min: 0, max: 100_000 }),
    rateAddress: read.whole('NGINX_RATE_ADDRESS', 100, { min: 0, max: 100_000 }),
    corsOrigins: readOrigins(read, 'CORS_ORIGINS'),
    paymentTimeoutSeconds: read.whole('PAYMENT_TIMEOUT_SECONDS', 10, { min: 1, max: 120 }),
  };
  const example = 'the output of: openssl rand -base64 32';
  if (settings.key === '')
    read.fault('API_GATEWAY_KEY', 'is required: nginx lets nobody in without it', example);
  else if (!/^[\x21-\x7e]+$/.test(settings.key)) {
    read.fault('API_GATEWAY_KEY', 'must be of printable ASCII, since it travels in a header', example);
  }
  if (!settings.upstreams.every((address) => ADDRESS.test(address))) {
    read.fault('UPSTREAMS', 'must be host:port pairs separated by commas', 'app-1:8080,app-2:8080');
  }
  if (
    typeof settings.trusted === 'number' ||
    (Array.isArray(settings.trusted) && !settings.trusted.every(isNetwork))
  ) {
    read.fault('NGINX_TRUST_PROXY', 'must be addresses or networks separated by commas', '10.0.0.0/16');
  }
  read.finish();
  return settings;
}

/**
 * In the container the program listens on loopback only; nginx serves its metrics (start.sh moves their port
 * by one).
 */
const metrics = (port: number) =>
  lines(4, [
    'server {',
    `    listen ${port};`,
    '    access_log off;',
    `    location = /metrics { proxy_pass http://127.0.0.1:${port + 1}; }`,
    '    location / { return 404; }',
    '}',
  ]);

const isNetwork = (text: string) => /^[0-9a-f.:]+(\/\d{1,3})?$/i.test(text);

function realIp(trusted: boolean | number | string[]): string {
  if (!Array.isArray(trusted))
    return lines(4, ['# NGINX_TRUST_PROXY is not set: the address is that of whoever connects.']);
  return lines(4, [
    ...trusted.map((network) => `set_real_ip_from ${network};`),
    'real_ip_header X-Forwarded-For;',
    'real_ip_recursive on;',
  ]);
}

/** As in the program: an origin that is not allowed gets an allowed one in the header. */
function origins(allowed: '*' | string[]): string {
  if (allowed === '*') return lines(8, ['default "*";']);
  return lines(8, [`default "${allowed[0]}";`, ...allowed.map((origin) => `"${origin}" "${origin}";`)]);
}

type Own = { status: number; code: string; message: string; more?: string; closes?: boolean };
const ANSWERS: readonly Own[] = [
  { status: 400, code: 'INVALID_REQUEST', message: 'Invalid request data' },
  // Clients of the reference read this refusal from its own field.
  { status: 403, code: 'INVALID_API_KEY', message: 'Invalid API key', more: ',"error":"Invalid API key"' },
  { status: 404, code: 'ROUTE_NOT_FOUND', message: 'This route does not exist' },
  { status: 408, code: 'REQUEST_TIMEOUT', message: 'The request did not arrive in time' },
  { status: 413, code: 'PAYLOAD_TOO_LARGE', message: 'The request body is larger than 10 MiB' },
  { status: 431, code: 'HEADERS_TOO_LARGE', message: 'The request headers are too large' },
  { status: 429, code: 'RATE_LIMITED', message: 'Too many requests; try again later' },
  { status: 500, code: 'INTERNAL_ERROR', message: 'An unexpected error occurred' },
  // Without keep-alive, since nginx may be stopping when the program is gone.
  {
    status: 502,
    code: 'BAD_GATEWAY',
    message: 'The service is restarting; try again shortly',
    more: '$may_have_happened',
    closes: true,
  },
  {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'The service is busy; try again shortly',
    closes: true,
  },
  {
    status: 504,
    code: 'GATEWAY_TIMEOUT',
    message: 'The service did not answer in time',
    more: '$may_have_happened',
  },
];

const answer = ({ status, code, message, more = '', closes = false }: Own) =>
  `location = /.answer/${status} { ${closes ? 'keepalive_timeout 0; ' : ''}return ${status} ` +
  `'{"status":"ERROR","code":"${code}","message":"${message}","request_id":"$id"${more}}'; }`;

const lines = (indent: number, texts: readonly (string | false)[]) =>
  texts
    .filter((text) => text !== false)
    .map((text) => ' '.repeat(indent) + text)
    .join('\n');

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{([A-Z_]+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template asks for ${name}, which nothing gives`);
    return value;
  });
}
