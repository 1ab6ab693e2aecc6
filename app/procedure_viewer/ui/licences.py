"""What this program is made of, by its makers' names, versions and licences, as it is really there: read from the
metadata of the packages beside it, in an installed program and from source alike."""

import platform
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import NamedTuple

from procedure_viewer import __version__
from procedure_viewer.fhir.words import translate
from procedure_viewer.ui.resources import resource_text

OWN = "procedure-viewer"
QT = ("PySide6_Essentials", "shiboken6")
"""What holds Qt and comes without the texts of its licence."""
LGPL = ("licences/LGPL-3.0.txt", "licences/GPL-3.0.txt")
"""The GNU Lesser General Public License, and the General Public License that it adds to."""
QT_NOTE = (
    "Qt and Qt for Python (PySide6, Shiboken) are used under the GNU Lesser General Public License, version 3, which "
    "follows, with the GNU General Public License that it adds to.\n\n"
    "They lie beside this program as libraries of their own, built from unchanged sources. You may replace them by "
    "others, also changed ones, that have the same interface: put those in the place of the files of the same names. "
    "You may take this program apart as far as finding out whether that works takes.\n\n"
    "Their sources are at https://download.qt.io/official_releases/qt/ and "
    "https://download.qt.io/official_releases/QtForPython/pyside6/, by version. What Qt itself holds of others is "
    "listed at https://doc.qt.io/qt-6/licenses-used-in-qt.html."
)

_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9._-]+)\s*(?:\[(?P<extras>[^\]]*)\])?[^;]*(?:;(?P<marker>.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_USUAL_NAMES = tuple(f"{name}{suffix}" for name in ("LICENSE", "LICENCE", "COPYING") for suffix in ("", ".txt", ".md"))
"""Of the files of licences, for packages whose metadata name none."""
_LONGEST_NAME = 60
"""Characters: some have the whole text where the licence's name belongs."""


class Part(NamedTuple):
    """One thing that the program is made of."""

    name: str
    version: str
    licence: str
    """Its name, as its makers write it; "" where they don't."""
    text: Callable[[], str]
    """Reads the full text of its licence, with whatever its makers put beside it."""


def parts() -> list[Part]:
    """This program first, then Python, the packages by name, and what lies in an installed program beside them."""
    packages = {_folded(package.name): package for package in _packages()}
    own = packages.pop(OWN, None)
    first = [Part(OWN, __version__, _licence(own), partial(_text, own))] if own is not None else []
    python = Part("Python", platform.python_version(), "PSF-2.0", partial(resource_text, "licences/Python.txt"))
    others = [Part(one.name, one.version, _licence(one), partial(_text, one)) for _, one in sorted(packages.items())]
    notices = [
        Part(translate("About", "All libraries of this installation"), "", "", partial(path.read_text, "utf-8"))
        for path in _notices()
        if path.is_file()
    ]
    return [*first, python, *others, *notices]


def _notices() -> list[Path]:
    """Where an installer puts the list of all that it brings, with the libraries that are no packages of Python's."""
    if not getattr(sys, "frozen", False):
        return []
    return [Path(sys.executable).parent / "LICENCES.txt", Path("/usr/share/doc") / OWN / "copyright"]


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


def _text(package: Distribution) -> str:
    if package.name in QT:
        return "\n\n".join([QT_NOTE, *map(resource_text, LGPL)])
    names = package.metadata.get_all("License-File") or _USUAL_NAMES
    # PEP 639 has them in a folder of their own; RECORD, which would tell, is no part of an installed program.
    texts = [package.read_text(f"licenses/{name}") or package.read_text(name) for name in names]
    return "\n\n".join(text for text in texts if text) or _field(package, "License")


def _folded(name: str) -> str:
    """As PEP 503 has it: names that differ in these are one."""
    return re.sub(r"[-_.]+", "-", name).lower()
