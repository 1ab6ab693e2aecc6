#!/bin/sh
# Writes requirements.lock (to run and build), tests/requirements.lock (to develop) and packaging/frozen/requirements.lock
# (to freeze): hashes, no addresses.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 "$@"
}
command -v uv >/dev/null || PATH="$PWD/.venv/bin:$PATH"
command -v uv >/dev/null || { .venv/bin/python -m pip install --quiet uv; }
compile pyproject.toml --group build --output-file requirements.lock
compile --constraint requirements.lock --group dev --output-file tests/requirements.lock
compile pyproject.toml --constraint requirements.lock --group build --group freeze --output-file packaging/frozen/requirements.lock
