#!/usr/bin/env bash
# All checks side by side; what failed is printed in full, what passed as one line.
set -uo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRECEPTOR_HOME="$work/home" DJANGO_SETTINGS_MODULE=preceptor.config.settings
unset DATABASE_URL

names=()
check() {
    local name=$1
    shift
    names+=("$name")
    (
        "$@" >"$work/$name" 2>&1
        echo $? >"$work/$name.code"
        echo "$SECONDS" >"$work/$name.seconds"
    ) &
}

SECONDS=0
check types .venv/bin/mypy
check rooms .venv/bin/lint-imports
check house env -u DJANGO_SETTINGS_MODULE .venv/bin/pytest -q tests/test_house.py
check migrations .venv/bin/django-admin makemigrations --check --dry-run
check lint .venv/bin/ruff check --no-cache --output-format concise
check format .venv/bin/ruff format --check
check messages .venv/bin/python tools/messages.py --check
check locks .venv/bin/python tools/locks.py
check documents .venv/bin/python tools/docs.py
check fields .venv/bin/python tools/fields.py --check
wait

status=0
for name in "${names[@]}"; do
    if [ "$(cat "$work/$name.code")" = 0 ]; then
        echo "ok      $name ($(cat "$work/$name.seconds") s)"
    else
        status=1
        echo "FAILED  $name"
        sed 's/^/        /' "$work/$name"
    fi
done
exit $status
