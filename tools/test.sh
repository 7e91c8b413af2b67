#!/usr/bin/env bash
# Every test on SQLite, and those marked `both` on PostgreSQL too: two runs side by side that share
# nothing but the processors. The second takes the folders named here on SQLite when it is done, so that
# both end at about the same time. With CI=true nothing that a test needs may be missing.
set -uo pipefail
cd "$(dirname "$0")/.."
beside=(tests/config tests/jobs tests/packs tests/policy tests/tools tests/training tests/fellows tests/joint tests/calls)
strict=()
# The tests start the command many times: what was compiled once is kept.
unset PYTHONDONTWRITEBYTECODE
[ "${CI:-}" = true ] && strict=(--require-all)

log=$(mktemp)
child=""
trap '[ -n "$child" ] && kill "$child" 2>/dev/null; rm -f "$log"' EXIT

second_run() {
    local status=0
    if [ ${#strict[@]} -gt 0 ] || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
        echo "== PostgreSQL: the tests of records =="
        .venv/bin/pytest -m both --database postgresql -p no:cacheprovider "${strict[@]}" || status=1
    else
        echo "Left out: the tests on PostgreSQL (package postgresql is not installed)."
    fi
    echo "== SQLite: ${beside[*]} =="
    .venv/bin/pytest -p no:cacheprovider "${strict[@]}" "${beside[@]}" || status=1
    return $status
}

second_run >"$log" 2>&1 &
child=$!

status=0
echo "== SQLite: every other test =="
.venv/bin/pytest "${strict[@]}" "${beside[@]/#/--ignore=}" || status=1
wait "$child" || status=1
child=""
cat "$log"
exit $status
