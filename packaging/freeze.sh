#!/bin/sh
# Makes build/frozen/procedure-viewer, the program with all that it needs, in the environment of packaging/setup.sh freeze.
set -eu
cd "$(dirname "$0")/.."
python=build/freezer/bin/python
. packaging/moment.sh
# As somebody without a checkout would install it.
$python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --force-reinstall .
$python -m PyInstaller --noconfirm --log-level WARN --distpath build/frozen --workpath build/pyinstaller \
    packaging/frozen/procedure-viewer.spec
du -sh build/frozen/procedure-viewer
