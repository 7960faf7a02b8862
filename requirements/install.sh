#!/bin/sh
# Installs what requirements/NAME.txt pins, by hash, and the kit itself: install.sh VENV NAME
set -eu
venv=$1 name=$2
echo "Installing what requirements/$name.txt pins, once …"

if command -v uv >/dev/null 2>&1; then
    install() { VIRTUAL_ENV="$venv" uv pip install --quiet --compile-bytecode "$@"; }
else
    install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
fi
install --require-hashes -r "requirements/$name.txt"
if [ "$name" = kit ]; then
    install --require-hashes -r requirements/build.txt
    install --no-deps --no-build-isolation -e .
fi
