#!/bin/sh
# Says the address of Debian's own archive, as this machine's apt knows it: none is written down.
set -eu
here=$(. /etc/os-release && echo "$VERSION_CODENAME")
# Whatever the sources call it (stable, bookworm), and not the one of security fixes, which has no whole system.
mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' |
    awk -v suite="$here" '$1 == suite { print $2; exit }')
[ -n "$mirror" ] || {
    echo "apt knows no archive of Debian $here here; apt-get update may help." >&2
    exit 1
}
echo "$mirror"
