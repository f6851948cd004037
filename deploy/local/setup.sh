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
