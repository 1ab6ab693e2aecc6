"""Finds the files of `resources/`: inside the package when installed, beside it in a checkout."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def resource_text(name: str) -> str:
    """The text of `resources/<name>`. Raises FileNotFoundError."""
    for folder in (_PACKAGE / "resources", _PACKAGE.parent.parent / "resources"):
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise FileNotFoundError(name)
