#!/bin/sh
# For the release workflow: puts the certificate into a keychain of its own, and tells the next steps about it. UNTESTED.
set -eu
keychain="$RUNNER_TEMP/signing.keychain-db"
file="$RUNNER_TEMP/certificate.p12"
password=$(openssl rand -hex 16)

printf %s "$MACOS_CERTIFICATE" | base64 --decode >"$file"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$file" -k "$keychain" -P "$MACOS_CERTIFICATE_PASSWORD" -T /usr/bin/codesign
rm "$file"
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain-db

identity=$(security find-identity -v -p codesigning "$keychain" | sed -n 's/.*"\(Developer ID Application: .*\)"/\1/p' | head -n 1)
echo "CODESIGN_IDENTITY=$identity" >>"$GITHUB_ENV"
if [ -n "${NOTARY_APPLE_ID:-}" ]; then
    xcrun notarytool store-credentials procedure-viewer --apple-id "$NOTARY_APPLE_ID" --team-id "$NOTARY_TEAM" \
        --password "$NOTARY_PASSWORD"
    echo "NOTARY_PROFILE=procedure-viewer" >>"$GITHUB_ENV"
fi
