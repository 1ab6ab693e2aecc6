"""What this program is made of, by its makers' names, versions and licences, as it is really there: read from the
metadata of the packages beside it, in an installed program and from source alike."""

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import PurePath
from typing import NamedTuple

from procedure_viewer import __version__
from procedure_viewer.ui.resources import resource_text

OWN = "procedure-viewer"
QT = ("PySide6_Essentials", "shiboken6")
"""What holds Qt and comes without the texts of its licence."""
LGPL = ("licences/LGPL-3.0.txt", "licences/GPL-3.0.txt")
"""The GNU Lesser General Public License, and the General Public License that it adds to."""
QT_NOTE = (
    "Qt and Qt for Python (PySide6, Shiboken) are used under the GNU Lesser General Public License, version 3, which "
    "follows, with the GNU General Public License that it adds to.\n\n"
    "They lie beside this program as libraries of their own, unchanged. You may replace them by others, also changed "
    "ones, that have the same interface: put those in the place of the files of the same names. You may take this "
    "program apart as far as finding out whether that works takes.\n\n"
    "Their sources are at https://download.qt.io/official_releases/qt/ and "
    "https://download.qt.io/official_releases/QtForPython/pyside6/, by version. What Qt itself holds of others is "
    "listed at https://doc.qt.io/qt-6/licenses-used-in-qt.html."
)

_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9._-]+)\s*(?:\[(?P<extras>[^\]]*)\])?[^;]*(?:;(?P<marker>.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.IGNORECASE)
_LONGEST_NAME = 60
"""Characters: some have the whole text where the licence's name belongs."""


class Part(NamedTuple):
    """One thing that the program is made of."""

    name: str
    version: str
    licence: str
    """Its name, as its makers write it; "" where they don't."""
    source: Distribution | None
    """None for what is no package: its text lies in `resources/`."""

    def text(self) -> str:
        """The full text of its licence, with whatever its makers put beside it."""
        if self.source is None:
            return resource_text("licences/Python.txt")
        if self.name in QT:
            return "\n\n".join([QT_NOTE, *map(resource_text, LGPL)])
        return "\n\n".join(_texts(self.source)) or _field(self.source, "License")


def parts() -> list[Part]:
    """This program first, then Python, then the packages by name."""
    packages = {_folded(package.name): package for package in _packages()}
    own = packages.pop(OWN, None)
    first = [Part(OWN, __version__, _licence(own), own)] if own is not None else []
    python = Part("Python", platform.python_version(), "PSF-2.0", None)
    others = [Part(one.name, one.version, _licence(one), one) for _, one in sorted(packages.items())]
    return [*first, python, *others]


def _packages() -> Iterator[Distribution]:
    """An installed program has nothing beside it but what it needs; from source it is looked up what that is."""
    if getattr(sys, "frozen", False):
        return iter(distributions())
    try:
        own = distribution(OWN)
    except PackageNotFoundError:  # run from a folder that was only copied
        return iter(distributions())
    return _needed(own)


def _needed(own: Distribution) -> Iterator[Distribution]:
    """`own` and all that it needs, directly or not, as far as it is there: what it isn't is for other systems."""
    seen: set[tuple[str, str]] = set()
    told: set[str] = set()
    waiting = [(own, "")]
    while waiting:
        package, extra = waiting.pop()
        if (package.name, extra) in seen:
            continue
        seen.add((package.name, extra))
        if package.name not in told:
            told.add(package.name)
            yield package
        for name, extras in _requirements(package, extra):
            try:
                needed = distribution(name)
            except PackageNotFoundError:
                continue
            waiting += [(needed, wanted) for wanted in ("", *extras)]


def _requirements(package: Distribution, extra: str) -> Iterator[tuple[str, list[str]]]:
    """What it needs anyway, or for one of its extras: names, each with the extras that are wanted of it."""
    for line in package.requires or []:
        found = _REQUIREMENT.match(line)
        if found is None:
            continue
        for_extra = _EXTRA.search(found["marker"] or "")
        if (for_extra[1] if for_extra else "") == extra:
            yield found["name"], [part.strip() for part in (found["extras"] or "").split(",") if part.strip()]


def _licence(package: Distribution) -> str:
    """The name of its licence: PEP 639's expression, else what older ways of telling it have."""
    told = _field(package, "License-Expression") or _field(package, "License")
    if told and len(told) <= _LONGEST_NAME and "\n" not in told:
        return told
    classified = [
        line.rpartition("::")[2].strip()
        for line in package.metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    return ", ".join(classified)


def _field(package: Distribution, name: str) -> str:
    return str((package.metadata.get_all(name) or [""])[0])


def _texts(package: Distribution) -> Iterator[str]:
    for path in sorted(package.files or (), key=str):
        inside = PurePath(path).parts
        if inside[0].endswith(".dist-info") and _LICENCE_FILE.match(inside[-1]):
            text = path.read_text(encoding="utf-8")
            if text:
                yield text


def _folded(name: str) -> str:
    """As PEP 503 has it: names that differ in these are one."""
    return re.sub(r"[-_.]+", "-", name).lower()
