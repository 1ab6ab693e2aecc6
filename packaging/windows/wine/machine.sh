#!/bin/sh
# Makes a Debian with Wine, NSIS and an assembler for Windows in FOLDER.  Usage: machine.sh FOLDER
# Debian 13: the Wine of Debian 12 crashes in Qt. The mirror is the one that this machine's apt uses.
set -eu
folder=$1
[ -e "$folder.stamp" ] && exit 0

sh packaging/setup.sh try
mirror=$(sh packaging/mirror.sh)

echo "Making a system with Wine (1.6 GB)..."
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
packages=wine64,xvfb,fonts-dejavu-core,fonts-droid-fallback,nsis,binutils-mingw-w64-x86-64
debootstrap --variant=minbase --include="$packages" trixie "$folder" "$mirror" >"$folder.log" 2>&1 || {
    tail -n 20 "$folder.log" >&2
    exit 1
}
rm -rf "$folder"/var/cache/apt/archives/*.deb
touch "$folder.stamp"
