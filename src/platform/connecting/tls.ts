import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type ConnectionOptions } from 'node:tls';
import { StartFault } from '../errors.ts';

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];

/** How a connection is to be encrypted, as libpq reads it from a URL. */
export type Tls = {
  /** `prefer` falls back to an open connection, `allow` begins with one; `require` never has one. */
  encrypts: 'never' | 'allow' | 'prefer' | 'require';
  /** What the server's certificate must prove: nothing, that one of the authorities signed it, or its host too. */
  verifies: 'nothing' | 'authority' | 'host';
  /** TLS starts without the request that asks whether the server supports it. */
  isDirect: boolean;
  options: ConnectionOptions;
};

// The parameters are removed from the URL, because the driver gives them another meaning.
const PARAMETERS = [
  'ssl',
  'sslmode',
  'sslnegotiation',
  'sslrootcert',
  'sslcrl',
  'sslcert',
  'sslkey',
  'sslpassword',
  'uselibpqcompat',
];

export function withoutTls(url: string): string {
  const rest = new URL(url);
  for (const name of PARAMETERS) rest.searchParams.delete(name);
  return rest.href;
}

/**
 * Throws a StartFault for an unknown mode and for certificates that cannot be read or do not fit together.
 * The message continues a sentence that begins with the name of the URL.
 */
export function readTls(url: string): Tls {
  const { searchParams } = new URL(url);
  // If a parameter is given twice, libpq uses the last one.
  const parameter = (name: string) => searchParams.getAll(name).at(-1) || undefined;
  const root = parameter('sslrootcert');
  const mode = readMode(parameter('sslmode'), parameter('ssl'), root);
  // A socket in a folder leads to no other machine.
  if (mode === 'disable' || hostOf(url).startsWith('/')) {
    return { encrypts: 'never', verifies: 'nothing', isDirect: false, options: {} };
  }
  const encrypts = mode === 'allow' || mode === 'prefer' ? mode : 'require';
  const isDirect = parameter('sslnegotiation') === 'direct';
  if (isDirect && encrypts !== 'require') {
    throw new StartFault('has sslnegotiation=direct, which needs sslmode=require, verify-ca or verify-full');
  }
  const authority = root !== undefined && parameter('sslmode') !== 'no-verify';
  if (mode === 'verify-ca' && !authority) {
    throw new StartFault('has sslmode=verify-ca, which needs sslrootcert, the file of the authority');
  }
  const verifies = mode === 'verify-full' ? 'host' : authority ? 'authority' : 'nothing';
  return {
    encrypts,
    verifies,
    isDirect,
    options: {
      ...readOwn(parameter('sslcert'), parameter('sslkey'), parameter('sslpassword')),
      ...(verifies !== 'nothing' && readAuthorities(root, parameter('sslcrl'))),
      rejectUnauthorized: verifies !== 'nothing',
      // With verify-ca only the signer of the certificate matters, not its host.
      ...(verifies === 'authority' && { checkServerIdentity: () => undefined }),
    },
  };
}

/**
 * What is wrong with the encryption settings of a URL. It continues a sentence that begins with the URL's
 * name.
 */
export function tlsFault(url: string): string | undefined {
  try {
    readTls(url);
    return undefined;
  } catch (error) {
    if (error instanceof StartFault) return error.message;
    throw error;
  }
}

/** Where the server is: a name, an address, or the folder of its socket. */
export function hostOf(url: string): string {
  const { hostname, searchParams } = new URL(url);
  return searchParams.getAll('host').at(-1) ?? decodeURIComponent(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** `ssl=true` is how JDBC says it, which libpq understands; `no-verify` is the driver's own word. */
function readMode(sslmode: string | undefined, ssl: string | undefined, root: string | undefined): Mode {
  const given = sslmode ?? OTHER_WORDS[ssl ?? ''] ?? (root === 'system' ? 'verify-full' : 'prefer');
  const mode = given === 'no-verify' ? 'require' : MODES.find((known) => known === given);
  if (mode === undefined)
    throw new StartFault(`has an unknown sslmode: it must be one of ${MODES.join(', ')}`);
  if (root === 'system' && mode !== 'verify-full' && mode !== 'disable') {
    throw new StartFault(
      'has sslrootcert=system, whose authorities sign for everybody: it needs sslmode=verify-full',
    );
  }
  return mode;
}

const OTHER_WORDS: Readonly<Record<string, string>> = {
  true: 'require',
  '1': 'require',
  'no-verify': 'no-verify',
  false: 'disable',
  '0': 'disable',
};

/** The authorities of a file, else those that Node and the operating system trust. */
function readAuthorities(root: string | undefined, revoked: string | undefined): ConnectionOptions {
  const crl = revoked === undefined ? {} : { crl: readPem('sslcrl', revoked) };
  if (root === undefined || root === 'system') {
    return { ca: [...getCACertificates('default'), ...getCACertificates('system')], ...crl };
  }
  const ca = readPem('sslrootcert', root);
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  if (!certificates)
    throw new StartFault(`names a file in which there is no certificate: sslrootcert=${root}`);
  // A TLS context ignores certificates that it cannot read, and would then trust none.
  check(`sslrootcert=${root}`, () => certificates.map((certificate) => new X509Certificate(certificate)));
  return { ca, ...crl };
}

function readOwn(certFile: string | undefined, keyFile: string | undefined, passphrase: string | undefined) {
  if (certFile === undefined && keyFile === undefined) return {};
  if (certFile === undefined || keyFile === undefined) {
    throw new StartFault('names one of sslcert and sslkey, which come together or not at all');
  }
  const own = { cert: readPem('sslcert', certFile), key: readPem('sslkey', keyFile), passphrase };
  check(`sslcert=${certFile} with sslkey=${keyFile}`, () => createSecureContext(own));
  return own;
}

function readPem(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartFault(`names a file that cannot be read (${code}): ${name}=${file}`, error);
  }
}

function check(what: string, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    const { message } = error as Error;
    throw new StartFault(`names a certificate or key that cannot be used (${message}): ${what}`, error);
  }
}
