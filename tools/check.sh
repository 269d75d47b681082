#!/usr/bin/env bash
# Every check and test, cheapest first; `--fast` leaves out the browser and PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
export LINGJU_MODE=test
# A dozen interpreters start on the way: let the first keep what it compiled for the others.
unset PYTHONDONTWRITEBYTECODE
began=$SECONDS

step() { printf '\n\033[1m%s\033[0m  (%ss)\n' "$1" "$((SECONDS - began))"; shift; "$@"; }

step "format" ruff format --check --quiet .
step "lint" ruff check --quiet .
step "floors" lint-imports
step "templates: form" djhtml --check $(git ls-files 'lingju/**/*.html')
step "templates: lint" djlint --quiet --lint $(git ls-files 'lingju/**/*.html')
step "types" mypy lingju bench tests tools
step "catalogue" pybabel -q compile -D django -d lingju/site/locale
step "migrations" python manage.py makemigrations --check --dry-run
step "tests, fast" pytest -n 2 -m "not browser and not slow" --durations=5
[ "${1:-}" = --fast ] && exit 0
step "tests, slow" pytest -n 2 -m "slow and not browser"
step "tests, browser" pytest -m browser
step "tests, PostgreSQL" tools/on_postgres.sh pytest -n 2 -m "not browser"
printf '\nAll checks passed in %s s.\n' "$((SECONDS - began))"
