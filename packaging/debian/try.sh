#!/bin/sh
# Tries the package of dist/ in a Debian with nothing in it, as somebody would who got it from their IT department.
#
# The clean system is made by debootstrap from the mirror that this machine's apt uses, kept in build/chroot, and copied
# for each run. What has to be mounted in the copy is mounted where only this script's processes see it: whatever
# happens to them, nothing stays behind. Pictures and what was said come to build/chroot/found.
set -eu
cd "$(dirname "$0")/../.."
[ "$(id -u)" -eq 0 ] || {
    echo "A system within the system takes an administrator. Please run: sudo make test-installer" >&2
    exit 1
}
sh packaging/setup.sh try
# TRY_SUITE=trixie tries another Debian than this one.
here=$(. /etc/os-release && echo "$VERSION_CODENAME")
suite=${TRY_SUITE:-$here}
place=$PWD/build/chroot
base=$place/$suite
clean=$place/clean
found=$place/found
package=$(ls -t dist/procedure-viewer_*.deb 2>/dev/null | head -1)
[ -n "$package" ] || {
    echo "There is no package in dist/: make installer" >&2
    exit 1
}

# "ADDRESS SUITE" of Debian's own archives, as apt knows them here.
archives=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' | sort -u)
mirror=$(sh packaging/mirror.sh)
[ "$suite" = "$here" ] || archives="$mirror $suite"

mkdir -p "$place/packages"
if [ ! -e "$base.whole" ]; then
    echo "Making a Debian $suite with nothing in it..."
    rm -rf "$base"
    debootstrap --variant=minbase "$suite" "$base" "$mirror" >"$place/debootstrap.log" 2>&1 || {
        tail "$place/debootstrap.log" >&2
        exit 1
    }
    touch "$base.whole"
fi
rm -rf "$clean" "$found"
cp -a "$base" "$clean"
mkdir "$found"
echo "$archives" | sed 's/^/deb /; s/$/ main/' >"$clean/etc/apt/sources.list"
# However this machine gets out (a proxy, an authority of its own), the one within gets out likewise.
apt-config dump Acquire::http Acquire::https >"$clean/etc/apt/apt.conf.d/99as-outside"
cp /etc/resolv.conf /etc/hosts "$clean/etc/"

# The same program under a lower version, with a file that the newer one no longer has.
older=$(mktemp -d)
trap 'rm -rf "$older"' EXIT
trap 'exit 130' INT TERM # else it would stay
dpkg-deb -R "$package" "$older/root"
sed -i 's/^Version: .*/Version: 0.0.1-1/' "$older/root/DEBIAN/control"
touch "$older/root/usr/lib/procedure-viewer/of-the-older-version"
mkdir "$clean/try"
dpkg-deb --root-owner-group -Zgzip -z1 --build "$older/root" "$clean/try/older.deb" >/dev/null
cp "$package" "$clean/try/newer.deb"
cp packaging/debian/try-within.sh "$clean/try/"

unshare --mount --pid --fork --kill-child sh -eu -c '
    mount -t proc proc "$1/proc"
    mount -t tmpfs tmpfs "$1/dev"
    for device in null zero full random urandom tty; do
        touch "$1/dev/$device"
        mount --bind "/dev/$device" "$1/dev/$device"
    done
    mkdir "$1/dev/pts" "$1/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    ln -s pts/ptmx "$1/dev/ptmx"
    ln -s /proc/self/fd "$1/dev/fd"
    mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
    mount --bind "$2" "$1/var/cache/apt/archives"
    exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh /try/try-within.sh
' sh "$clean" "$place/packages" && status=0 || status=$?
cp -r "$clean/try/found/." "$found/" 2>/dev/null || true
rm -rf "$clean"
[ "$status" -eq 0 ] && echo "All of it went well. Pictures and what was said are in ${found#"$PWD"/}."
exit "$status"
