import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What Node has compiled is kept beside the packages, so that the next start takes half the time. It must be told so
// before the program is loaded; NODE_COMPILE_CACHE names another place.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
await import('./start/program.ts');
