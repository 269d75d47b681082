#!/usr/bin/env bash
# Collect every text that people read and bring the English catalogue up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
pot=lingju/site/locale/lingju.pot
pybabel -q extract -F tools/babel.cfg -k gettext_lazy -k ngettext_lazy:1,2 -k pgettext_lazy:1c,2 --no-location --sort-output \
  --project=lingju --copyright-holder="the Lingju authors" -o "$pot" lingju
sed -i '/^"POT-Creation-Date/d' "$pot"
po=lingju/site/locale/en/LC_MESSAGES/django.po
mkdir -p "$(dirname "$po")"
if [ -f "$po" ]; then pybabel -q update -N --ignore-pot-creation-date -i "$pot" -o "$po" -l en
else pybabel -q init -i "$pot" -o "$po" -l en; fi
pybabel -q compile -D django -d lingju/site/locale
rm "$pot"
