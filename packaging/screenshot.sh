#!/bin/sh
# Has the program take its own picture for the README.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
QT_QPA_PLATFORM=offscreen .venv/bin/procedure-viewer --demo --tour "$folder" --find "muller 1949-08-21"
mkdir -p packaging/screenshots
cp "$folder"/05-summary-tab.png packaging/screenshots/window.png
