#!/bin/sh
# Inside the system with Wine: a fresh Windows, the installer, the trial.  Usage: inside.sh FOLDER VERSION
set -eu
cd /checkout
folder=$1 version=$2
here=packaging/windows/wine

Xvfb :7 -screen 0 1600x1000x24 >/dev/null 2>&1 &
until [ -e /tmp/.X11-unix/X7 ]; do sleep 0.1; done
rm -rf /wine/* /wine/.[!.]*
echo "Starting Windows..."
wine64 wineboot --init 2>/dev/null
wineserver64 -w # it goes on in the background
sh "$here/stub.sh" icuuc "$folder/python/Lib/site-packages/PySide6/Qt6Core.dll" /wine/drive_c/windows/system32/icuuc.dll

sh "$here/build.sh" "$folder" "$version"

# A drive with next to no room.
mkdir -p /tmp/small
mount -t tmpfs -o size=20m tmpfs /tmp/small
ln -sfn /tmp/small /wine/dosdevices/s:
wine64 "$folder/python/python.exe" packaging/windows/trial "$folder" "$version"
