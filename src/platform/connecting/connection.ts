import pg from 'pg';
import { StartFault } from '../errors.ts';
import { endingClient } from './ending.ts';
import { negotiatingClient } from './negotiation.ts';
import { readTls, withoutTls, type Tls } from './tls.ts';

/**
 * A connection to the database of a URL, not open yet. Every connection and pool of the program is made in
 * this file, so one place decides what is encrypted and verified. Throws a StartFault if the URL's
 * certificates cannot be used.
 */
export function createClient(url: string, config: pg.ClientConfig): pg.Client {
  const { Client, ...way } = wayTo(url);
  return new Client({ ...config, ...way });
}

/** The same for many connections. */
export function createClients(url: string, config: pg.PoolConfig): pg.Pool {
  return new pg.Pool({ ...config, ...wayTo(url) });
}

function wayTo(url: string) {
  const { encrypts, isDirect, options } = tlsOf(url);
  const mayBeOpen = encrypts === 'prefer' || encrypts === 'allow';
  const begins = encrypts === 'prefer' ? 'encrypted' : 'openly';
  return {
    connectionString: withoutTls(url),
    ssl: encrypts === 'never' ? false : options,
    // Set even if it is the default, because the driver would read PGSSLNEGOTIATION.
    sslnegotiation: isDirect ? ('direct' as const) : ('postgres' as const),
    Client: endingClient(mayBeOpen ? negotiatingClient({ tls: options, begins }) : pg.Client),
  };
}

function tlsOf(url: string): Tls {
  try {
    return readTls(url);
  } catch (error) {
    throw error instanceof StartFault
      ? new StartFault(`the URL of the database ${error.message}`, error)
      : error;
  }
}
