# Sourced by start_local.sh and run_tests.sh: makes the virtual environment and the database when they are missing or
# when what they are made from has changed. Each step leaves a stamp, so that a second start does nothing.

find_python() {
  local candidate
  for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Sandbar needs Python 3.11 or later; none was found on PATH." >&2
  return 1
}

# ensure_venv FILE: .venv holds exactly what the requirements FILE pins.
ensure_venv() {
  local requirements="$1" stamp=".venv/.installed-$1" wanted
  wanted=$(cat requirements.txt "$requirements" | cksum)
  if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  local python
  python=$(find_python)
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  echo "Installing what $requirements names …"
  .venv/bin/python -m pip install -qq --disable-pip-version-check -r "$requirements"
  echo "$wanted" >"$stamp"
}

# ensure_database: the tables are those of the migrations, and the admin user exists.
ensure_database() {
  local state="${STATE_DIR:-var}" wanted
  local stamp="$state/.migrated"
  wanted=$(find . -path ./.venv -prune -o -path '*/migrations/*.py' -print | sort | xargs cat requirements.txt | cksum)
  wanted="$wanted ${DATABASE_URL:-sqlite}"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    return
  fi
  .venv/bin/python manage.py migrate --verbosity 0
  .venv/bin/python manage.py ensure_admin
  echo "$wanted" >"$stamp"
}

# has_node: whether a Node is on the PATH that the browser application can be built with.
has_node() {
  command -v npm >/dev/null 2>&1 &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

# has_chromium: whether there is a browser for the journeys; none is downloaded.
has_chromium() {
  [ -x "${CHROMIUM_PATH:-}" ] || command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null 2>&1
}

# ensure_node_modules: frontend/node_modules holds exactly what package-lock.json pins.
ensure_node_modules() {
  local stamp="frontend/node_modules/.installed" wanted
  wanted=$(cat frontend/package.json frontend/package-lock.json | cksum)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  echo "Installing what frontend/package-lock.json names …"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix frontend ci --loglevel=error
  echo "$wanted" >"$stamp"
}

# ensure_frontend: frontend/dist is the build of the sources as they are. Without Node there is only the API.
ensure_frontend() {
  local stamp="frontend/dist/.built" wanted
  wanted=$(cd frontend && find . \( -path ./node_modules -o -path ./dist -o -path ./e2e -o -path ./test-results \) -prune -o -type f -print |
    LC_ALL=C sort | xargs cksum | cksum)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  if ! has_node; then
    echo "The browser application needs Node 20.19 or later to be built; without it there is the API alone." >&2
    return
  fi
  ensure_node_modules
  echo "Building the browser application …"
  npm --prefix frontend run build --loglevel=error --silent >/dev/null
  echo "$wanted" >"$stamp"
}
