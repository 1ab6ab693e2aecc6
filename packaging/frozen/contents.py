"""What a frozen program is made of: Python distributions by their metadata, other libraries by libraries.toml.

Read from the finished folder, in the environment that made it. The SBOM and Debian's copyright file are made from it.
"""

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions, packages_distributions
from pathlib import Path, PurePosixPath
from typing import Any

HERE = Path(__file__).parent
CONTENTS = "_internal"
"""PyInstaller's name of the folder beside the program in which all else lies."""
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_COPYRIGHT_LINE = re.compile(r"\bcopyright\b.*?((?:19|20)\d\d\b.*?[A-Za-z].*?)[\s.]*$", re.IGNORECASE)
_NOBODY = re.compile(r"<copyright holders>|\[name of copyright owner\]")
"""What stands in licences that nobody filled in."""
_BY_CLASSIFIER = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
}
_UNSAID = {"pkg:generic/openssl": "Apache-2.0"}
"""Licences that a bill of materials leaves out."""
_IS_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+( (OR|AND|WITH) [A-Za-z0-9.+-]+)*")


@dataclass(frozen=True, slots=True)
class Ingredient:
    """What a part was compiled of, by its makers' own bill of materials (PEP 770): crates of Rust, OpenSSL."""

    name: str
    version: str
    licence: str
    """An SPDX expression; "" where they don't say it."""
    purl: str

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.licence or 'its licence is not said'})"


@dataclass(frozen=True, slots=True)
class Part:
    """One of them."""

    name: str
    version: str
    """"" where it can't be known."""
    licence: str
    """An SPDX expression."""
    copyright: tuple[str, ...]
    texts: tuple[str, ...]
    """The licence's texts and notices."""
    files: tuple[str, ...]
    """Patterns of where it lies, within the program's folder; none where it is within another part."""
    source: str
    within: str = ""
    """The part that has it inside."""
    distribution: str = ""
    """Its name among Python's distributions."""
    ingredients: tuple[Ingredient, ...] = ()


def parts(program: Path) -> list[Part]:
    """All of them, the distributions first, each thing after what it is within."""
    found = sorted(distributions(path=[str(program / CONTENTS)]), key=lambda dist: dist.name.lower())
    return [*map(of_distribution, found), *_libraries(program)]


def of_distribution(dist: Distribution) -> Part:
    """What its metadata say."""
    texts = tuple(
        file.read_text("utf-8").strip()
        for file in _dist_info_files(dist)
        if _LICENCE_FILE.search(file.name) and file.is_file()
    )
    lines = [
        match[1]
        for text in texts
        for line in text.splitlines()
        if (match := _COPYRIGHT_LINE.search(line)) and not _NOBODY.search(line)
    ]
    author = _said(dist, "Author") or _said(dist, "Author-email") or f"the authors of {dist.name}"
    return Part(
        name=dist.name,
        version=dist.version,
        licence=_licence(dist),
        copyright=tuple(dict.fromkeys(lines)) or (author,),
        texts=texts,
        files=tuple(f"{CONTENTS}/{name}" for name in _top_level(dist)),
        source=_homepage(dist),
        distribution=dist.name,
        ingredients=tuple(_ingredients(dist)),
    )


def _ingredients(dist: Distribution) -> Iterator[Ingredient]:
    for file in _dist_info_files(dist):
        if file.parent.name != "sboms" or file.suffix != ".json":
            continue
        for entry in json.loads(file.read_text(encoding="utf-8")).get("components", ()):
            purl = entry.get("purl", "").partition("?")[0]
            said = next((licence.get("expression") for licence in entry.get("licenses", ())), None)
            licence = said or _UNSAID.get(purl.partition("@")[0], "")
            yield Ingredient(entry["name"], entry.get("version", ""), licence, purl)


def _dist_info_files(dist: Distribution) -> Iterator[Path]:
    folder = Path(str(dist.locate_file(f"{_folder(dist)}.dist-info")))
    yield from sorted(folder.rglob("*"))


def _folder(dist: Distribution) -> str:
    """The name of the dist-info folder without its ending; the metadata don't say it."""
    wanted = f"{dist.name}-{dist.version}".replace("-", "").replace("_", "").replace(".", "").lower()
    for path in Path(str(dist.locate_file("."))).glob("*.dist-info"):
        name = path.name.removesuffix(".dist-info")
        if name.replace("-", "").replace("_", "").replace(".", "").lower() == wanted:
            return name
    raise FileNotFoundError(wanted)


def _top_level(dist: Distribution) -> Iterator[str]:
    """Where its modules lie, as the environment that made the program knows it, and its metadata."""
    yield f"{_folder(dist)}.dist-info/*"
    shared = {module for module, names in packages_distributions().items() if len(set(names)) > 1}
    places = {
        "/".join(file.parts[: 2 if file.parts[0] in shared else 1])
        for file in distribution(dist.name).files or ()
        if file.suffix in (".py", ".so", ".pyd") and ".." not in file.parts
    }
    for place in sorted(places):
        suffix = PurePosixPath(place).suffix
        yield f"{place}c" if suffix == ".py" else place if suffix else f"{place}/*"


def _licence(dist: Distribution) -> str:
    for said in (_said(dist, "License-Expression"), _said(dist, "License")):
        if said and _IS_EXPRESSION.fullmatch(said):
            return said
    for classifier in dist.metadata.get_all("Classifier") or ():
        if classifier in _BY_CLASSIFIER:
            return _BY_CLASSIFIER[classifier]
    raise ValueError(f"{dist.name} does not say its licence in a form that is known here")


def _homepage(dist: Distribution) -> str:
    named = [line.partition(", ")[2] for line in dist.metadata.get_all("Project-URL") or ()]
    return _said(dist, "Home-page") or next(iter(named), "")


def _said(dist: Distribution, name: str) -> str:
    """A field of its metadata, "" where there is none: for that the backport of importlib.metadata, which takes the
    place of Python's own as soon as it is imported, raises, and Python's own gives None."""
    return str((dist.metadata.get_all(name) or [""])[0])


def _libraries(program: Path) -> Iterator[Part]:
    for entry in tomllib.loads((HERE / "libraries.toml").read_text(encoding="utf-8"))["library"]:
        if sys.platform not in entry.get("only", [sys.platform]):
            continue
        yield Part(
            name=entry["name"],
            version=_version(entry.get("version", {}), program),
            licence=entry["licence"],
            copyright=tuple(entry["copyright"]),
            texts=tuple(_texts(entry)),
            files=tuple(entry.get("files", ())),
            source=entry["source"],
            within=entry.get("within", ""),
        )


def _texts(entry: dict[str, Any]) -> Iterator[str]:
    if "text" in entry:
        yield (HERE / "licences" / entry["text"]).read_text(encoding="utf-8").strip()
    version = entry.get("version", {})
    if version.get("python"):
        yield python_licence().read_text(encoding="utf-8").strip()
    if version.get("distribution") == "pyinstaller":
        (terms,) = (file for file in distribution("pyinstaller").files or () if file.name == "COPYING.txt")
        exception = terms.read_text("utf-8").partition("Bootloader Exception")[2].partition("Bootloader and")[0]
        yield exception.lstrip("-\n").strip()


def python_licence() -> Path:
    """Python's own licence, beside its library or (on Windows) its program."""
    for folder in (Path(os.__file__).parent, Path(sys.base_prefix)):
        if (folder / "LICENSE.txt").is_file():
            return folder / "LICENSE.txt"
    raise FileNotFoundError("LICENSE.txt of Python")


def _version(how: dict[str, Any], program: Path) -> str:
    if how.get("python"):
        return sys.version.partition(" ")[0]
    if "distribution" in how:
        return distribution(how["distribution"]).version
    if "pattern" in how:
        for path in sorted(program.rglob(how["file"])):
            found = re.search(how["pattern"].encode(), path.read_bytes()) if path.is_file() else None
            if found:
                return found[1].decode()
        raise ValueError(f"no {how['pattern']} in {how['file']}")
    return ""
