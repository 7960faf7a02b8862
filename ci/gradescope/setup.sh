#!/bin/sh
# Makes the autograder's image ready: kit/ lies beside this file in the zip. Some images have an older Python.
set -eu
cd "${AUTOGRADER:-/autograder}/source/kit"

fits() {  # is there a Python that will do, and can make environments?
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    done
    return 1
}
need() { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; }

command -v make >/dev/null || need make
fits || need python3 python3-venv
fits || need python3.11 python3.11-venv
make .venv/.kit
