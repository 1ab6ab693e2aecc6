#!/bin/sh
# Makes the program for macOS and its disk image, on macOS 13 or newer. UNTESTED: see README.md beside this.
# Leaves in dist: procedure-viewer-VERSION-macos-ARCHITECTURE.dmg and its SBOM.
#   CODESIGN_IDENTITY   the name of a "Developer ID Application" certificate in the keychain; without it the bundle is
#                       signed for this machine only, and others are warned of it
#   NOTARY_PROFILE      the name under which `xcrun notarytool store-credentials` keeps the account in the keychain
set -eu
cd "$(dirname "$0")/../.."
[ "$(uname -s)" = Darwin ] || { echo "A bundle for macOS is made on macOS." >&2; exit 1; }

rm -rf build/release build/frozen build/pyinstaller build/image
"${PYTHON:-python3}" -m venv build/release
python=build/release/bin/python
$python -m pip install --quiet --require-hashes -r packaging/frozen/requirements.lock
$python -m pip install --quiet --no-deps --no-build-isolation .
version=$($python -c 'from procedure_viewer import __version__; print(__version__)')

# It signs everything within, by CODESIGN_IDENTITY with the hardened runtime and entitlements.plist.
$python -m PyInstaller --noconfirm --log-level WARN --distpath build/frozen --workpath build/pyinstaller \
    packaging/frozen/procedure-viewer.spec
bundle="build/frozen/Procedure Viewer.app"
codesign --verify --deep --strict "$bundle"
QT_QPA_PLATFORM=offscreen "$bundle/Contents/MacOS/procedure-viewer" --demo --tour build/tour

# The licences and the SBOM lie beside the bundle: within it they would have to be there before it is signed.
name="procedure-viewer-$version-macos-$(uname -m)"
mkdir -p build/image dist
$python packaging/frozen/notices.py build/frozen/procedure-viewer build/image/LICENCES.txt
$python packaging/frozen/sbom.py build/frozen/procedure-viewer "dist/$name.cdx.json"
ditto "$bundle" "build/image/Procedure Viewer.app"
ln -s /Applications build/image/Applications
hdiutil create -quiet -ov -fs HFS+ -format UDZO -volname "Procedure Viewer" -srcfolder build/image "dist/$name.dmg"

if [ -n "${CODESIGN_IDENTITY:-}" ]; then
    codesign --sign "$CODESIGN_IDENTITY" --timestamp "dist/$name.dmg"
else
    echo "CODESIGN_IDENTITY is not set: signed for this machine only." >&2
fi
if [ -n "${CODESIGN_IDENTITY:-}" ] && [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "dist/$name.dmg" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "dist/$name.dmg"
    spctl --assess --type open --context context:primary-signature "dist/$name.dmg"
else
    echo "Not notarised: that needs CODESIGN_IDENTITY and NOTARY_PROFILE." >&2
fi
ls -lh "dist/$name".*
