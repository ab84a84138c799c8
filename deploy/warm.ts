// Loads all that the program loads, so that Node keeps it compiled (NODE_COMPILE_CACHE): a start takes half the time.
import { createApp } from '../src/app.ts';
import { createDependencies } from '../src/start/dependencies.ts';

await Promise.all([
  import('@aws-sdk/client-s3'),
  import('@aws-sdk/s3-request-presigner'),
  import('@scalar/fastify-api-reference'),
  import('sharp'),
  import('../src/platform/limits/redis-limits.ts'),
]);
console.log(`loaded: ${[createApp, createDependencies].map(({ name }) => name).join(', ')}`);
