// The container's health check: the program answers through nginx. It does not use /ready, because a restart
// of the container does not bring back a lost database.
const port = process.env['NGINX_PORT'] || '80';
const isHealthy = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok }) => ok,
  () => false,
);
process.exitCode = isHealthy ? 0 : 1;
