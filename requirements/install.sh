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
    # The kit's own folder is on the path, last. A sitecustomize.py that somebody puts there would run in every Python of
    # this environment, the grader's among them: these two come first.
    packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    for name in sitecustomize usercustomize; do
        echo "# Empty, and first on the path: the kit's own folder is on it, too." >"$packages/$name.py"
    done
fi
