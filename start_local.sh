#!/usr/bin/env bash
# Sets up whatever is missing, starts Sandbar on this machine and stops all of it again on Ctrl-C.
# Usage: ./start_local.sh [--no-frontend] [--port N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  echo "usage: ./start_local.sh [--no-frontend] [--port N]"
}

if [ -f .env ]; then
  set -a
  # shellcheck disable=SC1091
  . ./.env
  set +a
fi

# After .env, so that what is said on the command line wins.
while [ $# -gt 0 ]; do
  case "$1" in
    --no-frontend) shift ;; # the API alone; without a built frontend this is what there is
    --port)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      export GATEWAY_PORT="$2"
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

. ./deploy/local/setup.sh
ensure_venv requirements.txt
ensure_database

# `serve` prints the addresses once it is ready; exec, so that Ctrl-C and signals reach it directly.
exec .venv/bin/python manage.py serve
