import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Node keeps its compiled code beside the packages, so the next start takes half the time. The cache must be
// enabled before the program is loaded; NODE_COMPILE_CACHE names another place.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
await import('./start/program.ts');
