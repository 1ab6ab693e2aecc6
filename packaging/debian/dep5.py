"""Debian's copyright file in its machine-readable form (DEP-5), from what the frozen program is made of."""

import re
from collections.abc import Iterator
from pathlib import Path

from contents import Part, parts

PROJECT = "procedure-viewer"
PLACE = "usr/lib/procedure-viewer"
"""Where the program lies, as the patterns of the file have it."""
_COMMON = ("Apache-2.0", "GPL-2", "GPL-3", "LGPL-3", "MPL-2.0")
"""Licences whose texts every Debian has."""
_NAMES = {
    "GPL-2.0-only": "GPL-2",
    "GPL-2.0-or-later": "GPL-2+",
    "GPL-3.0-only": "GPL-3",
    "LGPL-3.0-only": "LGPL-3",
    "BSD-3-Clause": "BSD-3-clause",
    "PSF-2.0": "Python-2.0",
    "OR": "or",
    "AND": "and",
    "WITH": "with",
    "Bootloader-exception": "Bootloader-exception",
}
_LONGEST_NOTICE = 5_000
"""Characters: a longer text of a licence that every Debian has is that licence's own."""
_HEAD = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Procedure Viewer
Upstream-Contact: @MAINTAINER@
Source: the package's own repository
Comment:
 The program is frozen with PyInstaller: what it is made of lies beside it, each library in a file of its own.
 .
 Qt and Qt for Python (PySide6, Shiboken) are used under the LGPL-3, unchanged, as the project's own wheels have them.
 Their sources are at https://download.qt.io/official_releases/qt/ and
 https://download.qt.io/official_releases/QtForPython/, in the folders of the versions named in
 /usr/share/doc/procedure-viewer/sbom.cdx.json. You may replace them by your own builds of the same binary interface:
 put your libQt6*.so.6 and plugins in the place of those in
 /usr/lib/procedure-viewer/_internal/PySide6/Qt, and your PySide6 and shiboken6 modules in the place of those in
 /usr/lib/procedure-viewer/_internal. Nothing checks them.
"""


def copyright_file(program: Path, maintainer: str) -> str:
    """The whole text."""
    made_of = parts(program)
    (own,) = (part for part in made_of if part.name == PROJECT)
    # The last pattern that fits counts, and Python's are wide.
    ordered = sorted((part for part in made_of if part.files), key=lambda part: part.name != "Python")
    stanzas = ["".join(_stanza(own, ["*"], []))]
    for part in ordered:
        patterns = [f"{PLACE}/{pattern}" for pattern in part.files]
        stanzas += ["".join(_stanza(part, patterns, [inner for inner in made_of if inner.within == part.name]))]
    return "\n".join([_HEAD.replace("@MAINTAINER@", maintainer), *stanzas])


def _stanza(part: Part, patterns: list[str], within: list[Part]) -> Iterator[str]:
    yield f"Files: {_continued(patterns)}\n"
    yield f"Copyright: {_continued(part.copyright)}\n"
    yield f"License: {debian_name(part.licence)}\n{_indented(_licence(part))}"
    comments = list(filter(None, (f"{part.name} {part.version}".strip(), part.source)))
    for inner in within:
        comments += [
            "",
            f"It has {inner.name} {inner.version}".strip() + f" inside ({inner.source}),",
            f"under {debian_name(inner.licence)}. Copyright: {'; '.join(inner.copyright)}",
            "",
            *inner.texts,
        ]
    if comments:
        yield f"Comment:\n{_indented(chr(10).join(comments))}"


def _licence(part: Part) -> str:
    name = debian_name(part.licence)
    texts = [text for text in part.texts if not (len(text) > _LONGEST_NOTICE and _is_of_debian(text))]
    texts += [
        f"On Debian systems the text of this licence is in /usr/share/common-licenses/{common}."
        for common in _COMMON
        if re.search(rf"(?<![A-Za-z]){re.escape(common)}(?![0-9.])", name)
    ]
    return "\n\n".join(texts)


def _is_of_debian(text: str) -> bool:
    return any(title in text[:300] for title in ("Apache License", "Mozilla Public License"))


def debian_name(expression: str) -> str:
    """An SPDX expression in DEP-5's names."""
    return " ".join(_NAMES.get(word, word) for word in expression.split())


def _continued(lines: tuple[str, ...] | list[str]) -> str:
    return "\n ".join(lines)


def _indented(text: str) -> str:
    return "".join(f" {line.rstrip()}\n" if line.strip() else " .\n" for line in text.splitlines())
