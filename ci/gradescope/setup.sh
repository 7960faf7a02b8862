#!/bin/sh
# Makes the autograder's image ready: kit/ lies beside this file in the zip.
set -eu
cd "${AUTOGRADER:-/autograder}/source/kit"
command -v make >/dev/null || { apt-get update && apt-get install -y --no-install-recommends make; }
make .venv/.kit
