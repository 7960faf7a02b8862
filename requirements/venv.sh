#!/bin/sh
# Makes a virtual environment with Python 3.11 or newer: venv.sh FOLDER
set -eu
venv=$1

# Before anything is made or removed: what is there may be somebody else's.
place=$venv
[ -e "$place" ] || place=$(dirname "$venv")
if ! [ -w "$place" ]; then
    echo "$(cd "$(dirname "$venv")" && pwd): you may not write to $place here, and the kit installs into $venv." >&2
    echo "Copy the kit to a folder of your own, and type \`make grade\` there." >&2
    exit 2
fi

for python in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    [ -n "$python" ] && command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
    python=
done

if command -v uv >/dev/null 2>&1; then
    echo "Setting up $venv with uv, once …"
    uv venv --quiet --python "${python:->=3.11}" "$venv" && exit 0
    echo "uv could not; trying without it."
fi
if [ -z "${python:-}" ]; then
    echo "This kit needs Python 3.11 or newer, and none was found. Install one, or say where it is: make PYTHON=/path/to/python" >&2
    exit 2
fi
echo "Setting up $venv, once …"
"$python" -m venv "$venv" && exit 0
rm -rf "$venv"
if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python could not make $venv; what went wrong stands above. Is there room on the disk? Then: make grade" >&2
else
    echo "$python has no venv module. On Debian and Ubuntu: sudo apt install python3-venv. Then: make grade" >&2
fi
exit 2
