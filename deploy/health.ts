// The container's health check: the program answers through nginx. Not /ready, because a container that is started
// anew does not bring back a database that is away.
const port = process.env['NGINX_PORT'] || '80';
const isHealthy = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok }) => ok,
  () => false,
);
process.exitCode = isHealthy ? 0 : 1;
