#!/bin/sh
# Builds dist/procedure-viewer_VERSION_ARCHITECTURE.deb of build/frozen, and has Debian's own programs check it.
set -eu
cd "$(dirname "$0")/../.."
. packaging/moment.sh
# Not in one line: a pipe has the status of its end.
said=$(build/freezer/bin/python packaging/debian/package.py build/frozen/procedure-viewer build/deb)
package=$(echo "$said" | tail -1)
share=build/deb/root/usr/share
desktop-file-validate $share/applications/procedure-viewer.desktop
appstreamcli validate --no-net --pedantic $share/metainfo/*.metainfo.xml
lintian --fail-on error --allow-root "$package"
# Bytes of the package, and of what it installs.
for limit in "48000000 $(stat -c %s "$package")" "150000000 $(du -sb --exclude=DEBIAN build/deb/root | cut -f1)"; do
    [ "${limit% *}" -ge "${limit#* }" ] || {
        echo "The package has grown over its limit: ${limit#* } bytes, ${limit% *} at most." >&2
        exit 1
    }
done
mkdir -p dist
cp "$package" dist/
ls -l "dist/$(basename "$package")"
