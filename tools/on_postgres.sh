#!/usr/bin/env bash
# Run a command with DATABASE_URL naming a throwaway PostgreSQL cluster, started as an unprivileged user.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: run tools/system.sh"; exit 1; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/lingju-pg-XXXXXX")
as_user=()
if [ "$(id -u)" = 0 ]; then  # initdb refuses to run as root
  chown postgres "$folder"
  as_user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
stop() { "${as_user[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$folder"
"${as_user[@]}" "$bin/initdb" -D "$folder/data" -U lingju -A trust -E UTF8 --no-locale >/dev/null
"${as_user[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -k $folder -c fsync=off -c full_page_writes=off" start >/dev/null
cd - >/dev/null
export DATABASE_URL="postgresql://lingju@127.0.0.1:$port/postgres"
"$@"
