import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Postmaster } from './postmaster.ts';

// The kernel's address of a socket has 108 bytes on Linux and 104 on macOS, with the zero at its end.
const LONGEST_SOCKET_BYTES = process.platform === 'darwin' ? 103 : 107;
const LONGEST_SOCKET_NAME = '.s.PGSQL.65535';

/**
 * The value of `unix_socket_directories`: the cluster's folder, which only the server's user and root may
 * enter. Empty where the path of a socket in it would be too long, and on Windows, where Node cannot reach
 * one.
 */
export function socketSetting(folder: string, platform: string = process.platform): string {
  const longest = Buffer.byteLength(join(folder, LONGEST_SOCKET_NAME));
  if (platform === 'win32' || longest > LONGEST_SOCKET_BYTES) return '';
  return `"${folder.replaceAll('"', '""')}"`;
}

/** Removes what killed servers left: each start has another port, so no later server replaces these files. */
export async function removeSockets(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith('.s.PGSQL.'));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}

type Login = { user: string; password: string; database: string };

/** The way to a server by its socket, or by TCP if it has none. Without its query the URL is the way by TCP. */
export function urlOf({ port, socketFolder }: Postmaster, { user, password, database }: Login): string {
  const url = `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  return socketFolder === undefined ? url : `${url}?host=${encodeURIComponent(socketFolder)}`;
}
