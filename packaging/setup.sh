#!/bin/sh
# Makes an environment and installs what is missing.  Usage: packaging/setup.sh run|dev|freeze|try
#   run, dev   .venv, to run the program from source and to develop it
#   freeze     build/freezer, to make the program that needs no Python, and its package
#   try        no environment: what trying the package in a clean system takes
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Procedure Viewer needs Python 3.11 or newer; '$PYTHON' is $("$PYTHON" -V 2>&1). Try: make PYTHON=python3.12 ..." >&2
    exit 1
}

# Libraries that Qt's own packages expect from the system (Debian's names), and fonts for names of many scripts.
run_packages="libgl1 libegl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-xkb1 libxkbcommon-x11-0 libxcb-shape0 libxcb-randr0
    libwayland-cursor0 libwayland-egl1 libgssapi-krb5-2 libbrotli1 fonts-dejavu-core fonts-droid-fallback"
# poppler-utils reads the pages of a PDF, nsis compiles the Windows installer, weston is a Wayland compositor, strace sees what is said to the
# network, xclip what lies in the clipboard, CUPS takes what is printed. LibreOffice (276 MB) opens the exported table; without it that one test is left out.
dev_packages="xvfb xauth xdotool dbus gnome-keyring at-spi2-core poppler-utils nsis weston strace xclip cups-daemon cups-client
    libreoffice-calc-nogui"
# What is frozen is looked through for the libraries that it wants of the system, so that all of them have to be here:
# libcups2 is the one that a start does without. Then what checks a package.
freeze_packages="binutils dpkg-dev libcups2 lintian desktop-file-utils appstream"
case $(command -v "$PYTHON") in
    # Debian's Python has its library in a package of its own; others have theirs beside them.
    /usr/bin/*) freeze_packages="$freeze_packages libpython$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" ;;
esac
try_packages="debootstrap"

case $1 in
    run) wanted=$run_packages venv=.venv locks="requirements.lock" ;;
    dev) wanted="$run_packages $dev_packages" venv=.venv locks="requirements.lock tests/requirements.lock" ;;
    freeze) wanted="$run_packages $freeze_packages" venv=build/freezer locks="packaging/frozen/requirements.lock" ;;
    try) wanted=$try_packages venv= locks= ;;
    *) echo "Usage: packaging/setup.sh run|dev|freeze|try" >&2 && exit 2 ;;
esac

install_system_packages() {
    command -v dpkg-query >/dev/null 2>&1 || {
        echo "Not a Debian-like system: please see to it that these libraries are there:" $wanted >&2
        return 0
    }
    missing=
    for package in $wanted; do
        # Newer releases carry some libraries under a name with t64 at the end.
        dpkg-query -W -f '${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q 'ok installed' ||
            missing="$missing $package"
    done
    "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
    [ -z "$missing" ] && return 0
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        if sudo -n true 2>/dev/null; then sudo=sudo; else
            as_root="sudo "
            command -v sudo >/dev/null 2>&1 || as_root=
            echo "System packages are missing, and installing them needs an administrator. Please run, as root:" >&2
            echo "    ${as_root}apt-get update && ${as_root}apt-get install --no-install-recommends$missing" >&2
            exit 1
        fi
    fi
    echo "Installing system packages:$missing"
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

install_system_packages
[ -n "$venv" ] || exit 0
# Also one that was left half made.
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$PYTHON" -m venv --clear "$venv"
pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
echo "Installing Python packages ($1)..."
for lock in $locks; do
    $pip install --require-hashes -r "$lock"
done
# The project itself, with the build backend that the lock file names: editable, but for what is frozen (packaging/freeze.sh).
[ "$1" = freeze ] || $pip install --no-deps --no-build-isolation --editable .
