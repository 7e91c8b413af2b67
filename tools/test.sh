#!/usr/bin/env bash
# Every test on SQLite, then those marked `database` on PostgreSQL. With CI=true nothing that a
# test needs may be missing.
set -uo pipefail
cd "$(dirname "$0")/.."
strict=()
[ "${CI:-}" = true ] && strict=(--require-all)

status=0
.venv/bin/pytest "${strict[@]}" || status=1
if [ ${#strict[@]} -gt 0 ] || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
    .venv/bin/pytest -m database --database postgresql "${strict[@]}" || status=1
else
    echo "Left out: the tests on PostgreSQL (package postgresql is not installed)."
fi
exit $status
