import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** File names: a page's script, the scripts that it imports as it starts, and its style. */
export type Entry = { script: string; preload: string[]; style: string | undefined };
/** By page: `customer`, `desk`, `door`. */
export type Entries = Record<string, Entry>;

/** What the addresses of the files begin with. */
export const ASSETS = '/app/assets/';
export const SOURCES = fileURLToPath(new URL('../../web/', import.meta.url));
export const BUILT = join(SOURCES, 'dist');
