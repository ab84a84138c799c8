#!/bin/sh
# npm for an image that installs nothing: the scripts of package.json, by the names under which the pages write them.
# `npm run NAME [-- ARGUMENT...]`, `npm start`. npm itself would bring two hundred packages and an installer.
set -eu
cd /app

usage() {
    echo 'This image installs nothing. Of npm it has: npm run NAME [-- ARGUMENT...], npm start' >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case $1 in
        -s | --silent) shift ;;
        *) break ;;
    esac
done
case ${1:-} in
    run | run-script) shift ;;
    start) ;;
    *) usage ;;
esac
while [ $# -gt 0 ]; do
    case $1 in
        -s | --silent) shift ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || usage
name=$1
shift
[ "${1:-}" != -- ] || shift
script=$(node --input-type=commonjs -p 'require("/app/package.json").scripts[process.argv[1]] ?? ""' "$name")
if [ -z "$script" ]; then
    echo "There is no script $name" >&2
    exit 1
fi
exec sh -c "$script \"\$@\"" sh "$@"
