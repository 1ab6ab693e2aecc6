"""Writes the licences and notices of all that is in a frozen program as one text, for Windows and macOS.

Usage: python packaging/frozen/notices.py PROGRAM-FOLDER FILE

Debian has a form of its own for this (`debian/dep5.py`), and keeps the texts of the GNU licences itself.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from contents import HERE, Part, parts

ROOT = HERE.parents[1]
RULE = "=" * 100
INTRODUCTION = """\
Procedure Viewer is licensed under the Apache License 2.0, which comes first below. It is made of the parts that are
listed behind it, each under its own licence.

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. Their libraries are files of their own
in the program's folder and may be replaced by others that fit; where their sources are stands beside each part.
"""


def notices(found: list[Part]) -> Iterator[str]:
    """The text, in paragraphs; a licence that several parts have word for word is written once."""
    yield INTRODUCTION
    yield _headed("Apache License 2.0", (ROOT / "LICENSE").read_text(encoding="utf-8"))
    seen: dict[str, str] = {}
    for part in found:
        title = f"{part.name} {part.version}".rstrip()
        yield _headed(title, "\n".join([f"Licence: {part.licence}", f"Source: {part.source}", *part.copyright]))
        for text in part.texts:
            first = seen.setdefault(text, title)
            yield text if first is title else f"(the text is the one that stands under {first})"
        if part.ingredients:
            yield "\n".join(["It has inside, by its makers' own bill of materials:", *map(str, part.ingredients), ""])
    for name in ("LGPL-3.0", "GPL-3.0"):
        yield _headed(name, (HERE / "licences" / f"{name}.txt").read_text(encoding="utf-8"))


def _headed(title: str, text: str) -> str:
    return f"{RULE}\n{title}\n{RULE}\n\n{text.strip()}\n"


def main(program: Path, target: Path) -> None:
    """Write it, with line ends that Windows' editor knows."""
    target.write_text("\n".join(notices(parts(program))), encoding="utf-8", newline="\r\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
