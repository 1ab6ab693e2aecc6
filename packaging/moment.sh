# To be read by other scripts: the moment that what is built tells as its own is that of the last change, so that the same
# sources give the same package, whoever owns the checkout (a container's is another's). Without a repository it is the
# changelog's.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory="$PWD" log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
PYTHONHASHSEED=0
export SOURCE_DATE_EPOCH PYTHONHASHSEED
