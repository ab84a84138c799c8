#!/bin/sh
# A master that was killed leaves its workers behind, and they keep the port: they are of its process group.
set -eu
if old=$(cat /run/skyfox/nginx.pid 2>/dev/null); then
    kill -s TERM -- "-$old" 2>/dev/null || true
fi
exec nginx -e stderr -c /run/skyfox/nginx.conf
