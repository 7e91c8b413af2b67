#!/usr/bin/env bash
# Makes the environment in .venv: `setup.sh run` for running, `setup.sh dev` for working on it.
# A stamp of all that goes into it makes a second call instant.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=$1

fingerprint() {
    cat tools/setup.sh pyproject.toml requirements/build.txt "requirements/$1.txt" | sha256sum
    pwd
}

fresh() {
    [ -x .venv/bin/python ] && [ -f ".venv/.$1" ] && [ "$(cat ".venv/.$1")" = "$(fingerprint "$1")" ]
}

python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Preceptor needs Python 3.11 or later. Install it, or name it: make PYTHON=/path setup" >&2
    return 1
}

install() {
    .venv/bin/python -m pip install -qq --disable-pip-version-check "$@"
}

if fresh "$kind" || { [ "$kind" = run ] && fresh dev; }; then
    exit 0
fi
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    found=$(python)
    echo "Making .venv with $("$found" --version) ..."
    if ! "$found" -m venv --clear .venv; then
        echo "This Python cannot make an environment; on Debian: apt-get install python3-venv" >&2
        exit 1
    fi
fi
echo "Installing the pinned packages ($kind) ..."
rm -f .venv/.run .venv/.dev
install --require-hashes -r requirements/build.txt
install --require-hashes -r "requirements/$kind.txt"
install --no-deps --no-build-isolation --editable .
fingerprint "$kind" >".venv/.$kind"
