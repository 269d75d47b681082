#!/usr/bin/env bash
# What the tests need of the system: Chromium, a Chinese font, PostgreSQL. Installed where we may, named where not.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -qi 'cjk\|noto sans sc\|wenquanyi' || missing+=(fonts-noto-cjk)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} from the system's packages …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null && apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "The tests need: ${missing[*]}"
  echo "Install them and run this again, for example: sudo apt-get install ${missing[*]}"
  exit 1
fi
