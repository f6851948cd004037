#!/usr/bin/env bash
# Sets up whatever is missing and runs every check and test, also after one has failed. Arguments go to pytest:
# ./run_tests.sh -k journal
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

. ./deploy/local/setup.sh
ensure_venv requirements-dev.txt

# Nothing here touches the installation beside it: state and logs of the checks go to a folder of their own.
scratch=$(mktemp -d)
browser=
tidy() {
  [ -z "$browser" ] || kill -- "-$browser" 2>/dev/null || true
  rm -rf "$scratch"
}
trap tidy EXIT
export STATE_DIR="$scratch/state" LOG_DIR="$scratch/logs"
mkdir -p "$STATE_DIR" "$LOG_DIR"
bin=.venv/bin
failed=()

# step NAME COMMAND...: a check with its output; that it failed is said again at the end.
step() {
  local since=$SECONDS
  printf '\n== %s\n' "$1"
  "${@:2}" || failed+=("$1")
  printf '%s: %d s\n' "$1" $((SECONDS - since))
}

check_django() {
  $bin/python manage.py check --fail-level WARNING &&
    GATEWAY_TLS=1 $bin/python manage.py check --deploy --fail-level WARNING &&
    $bin/python manage.py makemigrations --check --dry-run
}

check_schema() {
  $bin/python manage.py spectacular --validate --fail-on-warn --file "$scratch/openapi.yaml" &&
    $bin/openapi-spec-validator "$scratch/openapi.yaml"
}

# The journeys in a browser wait for pages, the tests for servers: side by side each uses what the other leaves of the cores.
begin_browser() {
  set -m # in a process group, which `tidy` can end as a whole
  { npm --prefix frontend run check:sources --silent && npm --prefix frontend run e2e --silent; } \
    >"$scratch/browser" 2>&1 </dev/null &
  browser=$!
  set +m
}

end_browser() {
  local code=0
  wait "$browser" || code=$?
  browser=
  cat "$scratch/browser"
  return "$code"
}

if [ $# -gt 0 ]; then
  skipped="these arguments are pytest's"
elif has_node && has_chromium; then
  ensure_node_modules
  step "browser application: build" npm --prefix frontend run bundle --silent # before anybody serves it
  begin_browser
elif [ "${REQUIRE_SERVICES:-0}" = 1 ]; then
  echo "REQUIRE_SERVICES=1, and there is no Node 20.19 or later, or no Chromium (CHROMIUM_PATH may name one)." >&2
  exit 1
else
  skipped="no Node 20.19 or later, or no Chromium"
fi
step "format" $bin/ruff format --check .
step "lint" $bin/ruff check .
step "types" $bin/mypy
step "Django's checks" check_django
step "OpenAPI" check_schema
# Once for all that will run them: each would compile them again, at the same time, with others waiting for it.
step "kernels" $bin/python manage.py compile_kernels
# Who has no more tests takes over some of another's.
step "tests" $bin/pytest -n "${TEST_WORKERS:-2}" --dist worksteal "$@"
if [ $# -eq 0 ]; then
  # What keeps the application's tables, a second time on the other database; where there is no Postgres it is skipped.
  step "tests on Postgres" $bin/pytest -n "${TEST_WORKERS:-2}" --dist worksteal -p tests.on_postgres \
    tests/jobs tests/operations tests/trading/alerts \
    tests/analytics/backtests/test_backtests_api.py tests/analytics/factors/test_factors_api.py \
    tests/reports/test_schedules.py tests/markets/datasets/test_dataset_services.py
fi
if [ -n "$browser" ]; then
  step "browser application" end_browser
else
  printf '\n== browser application\nskipped: %s\n' "$skipped"
fi

if [ ${#failed[@]} -gt 0 ]; then
  printf '\nFailed: %s\n' "$(printf '%s, ' "${failed[@]}" | sed 's/, $//')" >&2
  exit 1
fi
