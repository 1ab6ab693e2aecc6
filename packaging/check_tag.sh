#!/bin/sh
# Whether a tag names the version that the program says of itself; that one place is where it is changed.  Usage: check_tag.sh TAG
set -eu
cd "$(dirname "$0")/.."
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' app/procedure_viewer/__init__.py)
[ "$1" = "v$version" ] || {
    echo "The tag is $1, and the program is version $version: change app/procedure_viewer/__init__.py, or the tag." >&2
    exit 1
}
