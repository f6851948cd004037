#!/usr/bin/env bash
# Sets up whatever is missing and runs every check and test. Arguments go to pytest: ./run_tests.sh -k journal
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

. ./deploy/local/setup.sh
ensure_venv requirements-dev.txt

# Nothing here touches the installation beside it: state and logs of the checks go to a folder of their own.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export STATE_DIR="$scratch/state" LOG_DIR="$scratch/logs"
mkdir -p "$STATE_DIR" "$LOG_DIR"
bin=.venv/bin

step() {
  printf '\n== %s\n' "$1"
}

step "format"
$bin/ruff format --check .
step "lint"
$bin/ruff check .
step "types"
$bin/mypy
step "Django's checks"
$bin/python manage.py check --fail-level WARNING
GATEWAY_TLS=1 $bin/python manage.py check --deploy --fail-level WARNING
$bin/python manage.py makemigrations --check --dry-run
step "OpenAPI"
$bin/python manage.py spectacular --validate --fail-on-warn --file "$scratch/openapi.yaml"
$bin/openapi-spec-validator "$scratch/openapi.yaml"
step "browser application"
if [ $# -gt 0 ]; then
  echo "skipped: these arguments are pytest's"
elif has_node && has_chromium; then
  ensure_node_modules
  npm --prefix frontend run check --silent
  (cd frontend && node_modules/.bin/playwright test)
elif [ "${REQUIRE_SERVICES:-0}" = 1 ]; then
  echo "REQUIRE_SERVICES=1, and there is no Node 20.19 or later, or no Chromium (CHROMIUM_PATH may name one)." >&2
  exit 1
else
  echo "skipped: no Node 20.19 or later, or no Chromium"
fi
step "tests"
$bin/pytest -n "${TEST_WORKERS:-2}" "$@"
