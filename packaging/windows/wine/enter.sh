#!/bin/sh
# Runs a command in the system with Wine, which sees the checkout as /checkout.  Usage: enter.sh FOLDER COMMAND...
# What it mounts and starts is gone when the command ends.
set -eu
machine=$1
shift
mkdir -p "$machine/checkout" "$machine/wine"
exec unshare --mount --pid --fork --kill-child sh -eu -c '
    machine=$1 checkout=$2
    shift 2
    mount -t proc proc "$machine/proc"
    mount --bind "$checkout" "$machine/checkout"
    mount -t tmpfs tmpfs "$machine/tmp"
    chmod 1777 "$machine/tmp"
    exec chroot "$machine" env -i HOME=/root PATH=/usr/bin:/bin:/usr/lib/wine LANG=C.UTF-8 DISPLAY=:7 \
        WINEPREFIX=/wine WINEDEBUG=-all WINEDLLOVERRIDES=winemenubuilder.exe= "$@"
' sh "$machine" "$PWD" "$@"
