#!/bin/sh
# Inside the system with Wine: freezes the program for Windows and makes its installer.  Usage: build.sh FOLDER VERSION
# The same steps as build.ps1, which makes a release on Windows itself.
set -eu
folder=$1 version=$2
tree="$folder/frozen/procedure-viewer"
setup="$folder/procedure-viewer-$version-windows-x64.exe"

# What it is made of: where none of it has changed, what was made before is good.
sources="LICENSE packaging/icons.py packaging/policy.example.toml packaging/windows/*.nsi packaging/windows/*.nsh packaging/windows/*.py"
# shellcheck disable=SC2086 # one word for each file
wanted=$(cat "$folder"/wheel/*.whl "$folder/python.stamp" "$0" $sources $(find packaging/frozen -type f -not -path '*/__pycache__/*' | sort) | sha256sum)
[ "$(cat "$setup.stamp" 2>/dev/null)" = "$wanted" ] && exit 0

python() { wine64 "$folder/python/python.exe" "$@"; }
# Usage: setup VERSION TREE OUTPUT
setup() {
    python packaging/windows/file_list.py "$2" "$folder/files.nsh"
    makensis -V2 -WX -DVERSION="$1" -DTREE="$PWD/$2" -DFILE_LIST="$PWD/$folder/files.nsh" \
        -DICON="$PWD/$folder/pyinstaller/procedure-viewer/procedure-viewer.ico" -DOUTPUT="$PWD/$3" \
        packaging/windows/installer.nsi
}

echo "Freezing..."
python -m PyInstaller --noconfirm --log-level=WARN --distpath "$folder/frozen" --workpath "$folder/pyinstaller" \
    packaging/frozen/procedure-viewer.spec >"$folder/freezing.log" 2>&1 || { cat "$folder/freezing.log" >&2; exit 1; }
python packaging/windows/complete.py "$tree"

echo "Packing..."
setup "$version" "$tree" "$setup"

# An older version, to be upgraded: two programs, and a file that the newer one no longer has.
older="$folder/older"
rm -rf "$older"
mkdir -p "$older/_internal"
cp "$tree"/*.exe "$older"
echo "of the older version" >"$older/_internal/gone-since.txt"
setup 0.0.1 "$older" "$folder/older.exe"
echo "$wanted" >"$setup.stamp"
