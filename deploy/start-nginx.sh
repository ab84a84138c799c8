#!/bin/sh
# nginx alone, in front of programs in containers of their own (UPSTREAMS).
set -eu
cd "$(dirname "$0")/.."
node deploy/nginx/configure.ts
unset API_GATEWAY_KEY
exec nginx -e stderr -c /run/skyfox/nginx.conf
