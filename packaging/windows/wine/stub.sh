#!/bin/sh
# Makes a library for Windows whose functions all answer 0.  Usage: stub.sh NAME LIBRARY-THAT-WANTS-IT FILE
# Wine has no ICU, which is a part of Windows 10: Qt only starts with one, and does without what it would say.
set -eu
name=$1 wanting=$2 target=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    echo "LIBRARY $name.dll"
    echo EXPORTS
    x86_64-w64-mingw32-objdump -p "$wanting" |
        awk -v name="$name.dll" '/DLL Name:/ { ours = tolower($3) == name; next } ours && NF == 4 && $4 ~ /^[A-Za-z_]/ { print $4 " = zero" }'
} >"$work/stub.def"
grep -q zero "$work/stub.def" || { echo "$wanting wants nothing of $name" >&2; exit 1; }
printf '.text\n.globl loaded\nloaded: movl $1, %%eax\nret\n.globl zero\nzero: xorl %%eax, %%eax\nret\n' >"$work/stub.s"
x86_64-w64-mingw32-as "$work/stub.s" -o "$work/stub.o"
x86_64-w64-mingw32-ld -shared -e loaded -o "$target" "$work/stub.o" "$work/stub.def"
