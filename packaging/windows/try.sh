#!/bin/sh
# Makes the Windows program and its installer on Linux, and tries both under Wine; see README.md beside this.
# Everything that is needed is fetched, and kept in build/try-windows: the second time takes a minute.
set -eu
cd "$(dirname "$0")/../.."
[ "$(id -u)" -eq 0 ] || {
    echo "A system within the system takes an administrator. Please run: sudo make try-windows" >&2
    exit 1
}
[ "$(id -u)" -eq 0 ] || {
    echo "A system within the system takes an administrator. Please run: sudo make try-windows" >&2
    exit 1
}
folder=build/try-windows
here=packaging/windows/wine

mkdir -p "$folder"
sh "$here/machine.sh" "$folder/machine"
rm -rf "$folder/wheel"
.venv/bin/python -m hatchling build -t wheel -d "$folder/wheel" >/dev/null 2>&1
version=$(.venv/bin/python -c 'from procedure_viewer import __version__; print(__version__)')
sh "$here/python.sh" "$folder/python" "$folder"/wheel/*.whl
rm -rf "$folder/pictures"
sh "$here/enter.sh" "$folder/machine" sh "/checkout/$here/inside.sh" "$folder" "$version"
ls -lh "$folder"/procedure-viewer-*.exe
echo "Pictures are in $folder/pictures."
