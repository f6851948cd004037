#!/usr/bin/env bash
# Sets up whatever is missing, starts Sandbar on this machine and stops all of it again on Ctrl-C.
# Usage: ./start_local.sh [--no-frontend | --dev] [--port N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  echo "usage: ./start_local.sh [--no-frontend | --dev] [--port N]"
  echo "  --no-frontend  the API alone: the browser application is not built"
  echo "  --dev          also starts Vite, which shows changes of frontend/ at once, on port 5173"
}

if [ -f .env ]; then
  set -a
  # shellcheck disable=SC1091
  . ./.env
  set +a
fi

frontend=built
# After .env, so that what is said on the command line wins.
while [ $# -gt 0 ]; do
  case "$1" in
    --no-frontend) frontend=none; shift ;;
    --dev) frontend=dev; shift ;;
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
[ "$frontend" = none ] || ensure_frontend

# The first backtest would wait twenty seconds for its compiler; once they are on disk this takes one second.
(nice -n 10 .venv/bin/python manage.py compile_kernels >/dev/null 2>&1 &)

if [ "$frontend" = dev ]; then
  has_node || { echo "--dev needs Node 20.19 or later." >&2; exit 1; }
  ensure_node_modules
  export VITE_GATEWAY_URL="${VITE_GATEWAY_URL:-http://localhost:${GATEWAY_PORT:-8080}}"
  (cd frontend && exec node_modules/.bin/vite) &
  vite=$!
  .venv/bin/python manage.py serve &
  gateway=$!
  # Here the shell stays, to end both.
  trap 'kill "$vite" "$gateway" 2>/dev/null || true; wait "$gateway" 2>/dev/null || true' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  wait "$gateway"
  exit
fi

# `serve` prints the addresses once it is ready; exec, so that Ctrl-C and signals reach it directly.
exec .venv/bin/python manage.py serve
