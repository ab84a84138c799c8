#!/bin/sh
# The container's first process: nginx and the program, kept running by supervisor.
set -eu
cd "$(dirname "$0")/.."

# All faults of both are told before the start is given up.
faults=0
node deploy/nginx/configure.ts || faults=1
node deploy/check-settings.ts || faults=1
[ "$faults" = 0 ] || exit 1

# nginx has checked it: whatever runs from here on does not know the key.
unset API_GATEWAY_KEY
# nginx has the port that the world knows; the program's own is beside it, on loopback.
[ -z "${METRICS_PORT:-}" ] || export METRICS_PORT=$((METRICS_PORT + 1))
exec supervisord --configuration deploy/supervisor/supervisord.conf
