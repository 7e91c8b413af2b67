#!/usr/bin/env bash
# Every test on SQLite and, beside it, those marked `database` on PostgreSQL: two runs that share
# nothing but the processors. With CI=true nothing that a test needs may be missing.
set -uo pipefail
cd "$(dirname "$0")/.."
strict=()
[ "${CI:-}" = true ] && strict=(--require-all)

status=0
beside=""
if [ ${#strict[@]} -gt 0 ] || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    .venv/bin/pytest -m database --database postgresql -p no:cacheprovider "${strict[@]}" \
        >"$log" 2>&1 &
    beside=$!
    trap 'kill "$beside" 2>/dev/null; rm -f "$log"' EXIT
fi

echo "== SQLite: every test =="
.venv/bin/pytest "${strict[@]}" || status=1

if [ -n "$beside" ]; then
    echo "== PostgreSQL: the tests of records =="
    wait "$beside" || status=1
    beside=""
    cat "$log"
else
    echo "Left out: the tests on PostgreSQL (package postgresql is not installed)."
fi
exit $status
