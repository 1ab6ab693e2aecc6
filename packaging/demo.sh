#!/bin/sh
# Opens the window on the embedded demo server. Without a display the same job runs offscreen and leaves its pictures.
set -eu
cd "$(dirname "$0")/.."
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" != Linux ]; then
    exec .venv/bin/procedure-viewer --demo
fi
echo "There is no display here: doing the same job offscreen."
QT_QPA_PLATFORM=offscreen .venv/bin/procedure-viewer --demo --tour demo-output && status=0 || status=$?
echo "Pictures of each step, the exported procedure and tour.json are in demo-output/:"
ls demo-output
exit $status
