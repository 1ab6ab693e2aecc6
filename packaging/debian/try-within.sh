#!/bin/sh
# What packaging/debian/try.sh does in the clean system, as its root; the program itself is used by an ordinary person.
set -eu
found=/try/found
user=clinician
useradd --create-home --shell /bin/sh $user
install -d -m 777 $found /tmp/.X11-unix
chmod 1777 /tmp/.X11-unix

step() { printf '\n== %s\n' "$1"; }

as_user() { # COMMAND...: in an environment with nothing of root's
    runuser -u $user -- env -i HOME=/home/$user USER=$user PATH=/usr/bin:/bin LANG=C.UTF-8 XDG_RUNTIME_DIR="$runtime" "$@"
}

install_package() { # FILE OPTION...: by apt alone
    apt-get install -y -qq "$@" >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }
}

held() { # FOLDER: whether each step of a tour held, by what the program wrote itself
    # Each an own command: of those before && none ends the script.
    grep -q '"complete": true' "$found/$1/tour.json"
    if grep -q '"ok": false' "$found/$1/tour.json"; then
        echo "$1: a step did not hold" >&2
        return 1
    fi
    echo "$1: $(grep -c '"ok": true' "$found/$1/tour.json") steps held, $(ls "$found/$1" | grep -c png) pictures"
}

ends_with() { # STATUS COMMAND...
    wanted=$1
    shift
    "$@" 2>&1 && status=0 || status=$?
    [ "$status" -eq "$wanted" ]
}

everything() { # all that lies on the disk, but for what apt and dpkg keep of their own, and what is no disk
    find / -xdev \( -path /proc -o -path /dev -o -path /try -o -path /tmp -o -path /run -o -path /home \
        -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/log \) -prune -o -print | sort
}

purge_all() { # what the package left: compared with the list of files before it came
    apt-get purge -y -qq procedure-viewer >/dev/null 2>&1
    # Other packages recommend or suggest what came with it (apt ca-certificates, for one), and it would stay for them.
    apt-get autoremove --purge -y -qq -o APT::AutoRemove::RecommendsImportant=false \
        -o APT::AutoRemove::SuggestsImportant=false >/dev/null 2>&1
    everything >/tmp/after
    echo "dpkg knows of it: $(dpkg-query -W -f '${Status}' procedure-viewer 2>/dev/null || echo no)"
    echo "Of the program's name: $(find / -xdev -path /try -prune -o -path /proc -prune -o -name '*procedure*viewer*' -print | tee -a $found/left.txt | wc -l) files"
    echo "New beside it, from the packages it wanted: $(comm -13 /tmp/before /tmp/after | tee -a $found/left.txt | wc -l) files"
    cat $found/left.txt
    [ ! -s $found/left.txt ]
}

runtime=/run/user-$user
install -d -m 700 -o $user $runtime

step "Installing, with what it depends on and nothing that is only recommended"
apt-get update -qq
everything >/tmp/before
install_package --no-install-recommends /try/newer.deb
as_user procedure-viewer --version
echo "$(dpkg-query -W | wc -l) packages are there, $(dpkg-query -W -f '${Installed-Size}' procedure-viewer) KiB are the program's"

step "The tour, without a screen"
as_user QT_QPA_PLATFORM=offscreen procedure-viewer --demo --tour $found/offscreen --seal
held offscreen

step "Without a screen and without a keyring, said in words"
ends_with 2 as_user procedure-viewer --self-check
ends_with 2 as_user procedure-viewer

step "Purged"
purge_all

step "An older version, and the newer one in its place"
install_package --no-install-recommends /try/older.deb
dpkg-query -W procedure-viewer
[ -e /usr/lib/procedure-viewer/of-the-older-version ]
install_package --no-install-recommends /try/newer.deb
dpkg-query -W procedure-viewer
[ ! -e /usr/lib/procedure-viewer/of-the-older-version ]

step "The tour, under X"
install_package --no-install-recommends xvfb xauth dbus gnome-keyring
as_user xvfb-run -a -s "-screen 0 1400x900x24" procedure-viewer --demo --tour $found/xcb --seal
held xcb

step "A token through a real Secret Service and back, by the program itself"
cat >/try/keyring.sh <<'INNER'
eval "$(printf secret | gnome-keyring-daemon --unlock --components=secrets)"
exec xvfb-run -a procedure-viewer --self-check
INNER
as_user dbus-run-session -- sh -eu /try/keyring.sh | tee $found/self-check.txt
grep -q 'Keyring: .*SecretService' $found/self-check.txt

step "Started by somebody whose home can't be written to"
install -d -m 555 /home/locked
as_user HOME=/home/locked QT_QPA_PLATFORM=offscreen procedure-viewer --demo --tour $found/locked-home
held locked-home

step "Started by somebody whose disk is full"
install -d /home/full
mount -t tmpfs -o size=64k,mode=777 tmpfs /home/full
dd if=/dev/zero of=/home/full/everything bs=1k count=1000 2>/dev/null || true
as_user HOME=/home/full QT_QPA_PLATFORM=offscreen procedure-viewer --demo --tour $found/full-disk
umount /home/full
held full-disk

step "Two at once, of one person"
for number in 1 2; do
    as_user QT_QPA_PLATFORM=offscreen procedure-viewer --demo --tour $found/at-once-$number 2>/dev/null &
done
wait
held at-once-1
held at-once-2

step "A policy of the machine, which purging leaves to whoever wrote it"
for policy in "644 false" "666 true"; do # what others could have written is not followed, and all that is strict holds
    printf '[settings]\nallow_demo = %s\n' "${policy#* }" >/tmp/policy.toml
    install -D -m "${policy% *}" /tmp/policy.toml /etc/xdg/procedure-viewer/policy.toml
    ends_with 2 as_user QT_QPA_PLATFORM=offscreen procedure-viewer --demo --tour $found/not-allowed
done

step "What stays in a person's home, which no package may touch"
find /home -name '*procedure*' | tee $found/home.txt

step "Purged again"
apt-get purge -y -qq xvfb xauth dbus gnome-keyring >/dev/null 2>&1
apt-get purge -y -qq procedure-viewer >/dev/null 2>&1
rm -r /etc/xdg/procedure-viewer # it is still there, or this fails
dpkg -S procedure-viewer 2>&1 | grep -v '^dpkg-query: no path' && exit 1
find / -xdev -path /try -prune -o -path /proc -prune -o -path /home -prune -o -name '*procedure*viewer*' -print | tee $found/left-again.txt
[ ! -s $found/left-again.txt ]
