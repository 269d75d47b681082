#!/usr/bin/env bash
# Every check and test, cheapest first; `--fast` leaves out the browser and PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
export LINGJU_MODE=test
# A dozen interpreters start on the way: let the first keep what it compiled for the others.
unset PYTHONDONTWRITEBYTECODE
began=$SECONDS

step() { printf '\n\033[1m%s\033[0m  (%ss)\n' "$1" "$((SECONDS - began))"; shift; "$@"; }

# Types take the longest of what needs no test; they are checked beside the rest of it.
told=$(mktemp)
mypy lingju bench tests tools >"$told" 2>&1 &
mypy=$!
leave() { kill "$mypy" 2>/dev/null || true; rm -f "$told"; }
trap leave EXIT
types() { wait "$mypy" || { cat "$told"; return 1; }; }

step "format" ruff format --check --quiet .
step "lint" ruff check --quiet .
step "floors" lint-imports
step "templates: form" djhtml --check $(git ls-files 'lingju/**/*.html')
step "templates: lint" djlint --quiet --lint $(git ls-files 'lingju/**/*.html')
step "catalogue" pybabel -q compile -D django -d lingju/site/locale
step "migrations" python manage.py makemigrations --check --dry-run
step "types" types
if [ "${1:-}" = --fast ]; then
  step "tests, fast" pytest -n 2 -m "not browser and not slow" --durations=5
  exit 0
fi
step "tests, SQLite" pytest -n 2 -m "not browser" --durations=10
# By file: one process looks at the small district, the other makes the demo's, which takes a minute.
step "tests, browser" pytest -n 2 --dist loadfile -m browser --durations=5
# What the house demands of its source and of its table of rights has been seen above; it asks no other SQL.
step "tests, PostgreSQL" tools/on_postgres.sh pytest -n 2 -m "not browser" --ignore=tests/house --durations=10
printf '\nAll checks passed in %s s.\n' "$((SECONDS - began))"
