"""What goes into the frozen program, and what is said of it: the pure parts of the recipe."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from importlib.metadata import distribution
from pathlib import Path

import pytest
from changelog import debian_changelog, debian_version
from contents import Ingredient, Part, of_distribution
from dep5 import copyright_file, debian_name
from distributions import belongs_to_an_installer, metadata, modules_of_others, part_of, run_time
from pruning import is_shipped, reachable

from procedure_viewer import __version__
from tests.conftest import ROOT

FROZEN = ROOT / "packaging/frozen"


def test_the_program_is_made_of_what_it_requires_and_of_nothing_that_only_the_build_needs() -> None:
    names = set(run_time())
    assert {"procedure-viewer", "pyside6-essentials", "httpx", "h2", "keyring", "secretstorage", "uvicorn"} <= names
    assert not names & {"pytest", "mypy", "hatchling", "uv"}
    others = modules_of_others(names)
    assert {"pytest", "hatchling"} <= set(others)
    assert not {"keyring", "PySide6", "h2", "authlib"} & set(others)


def test_a_distribution_is_shipped_where_one_of_its_modules_is_and_not_for_its_metadata_alone() -> None:
    found = distribution("h11")
    assert part_of(found, {"h11/_state.pyc"})
    assert not part_of(found, {"h2/config.pyc", f"h11-{found.version}.dist-info/METADATA"})


def test_of_the_metadata_nothing_goes_that_tells_of_the_machine_it_was_built_on() -> None:
    names = [name for name, _ in metadata(distribution("procedure-viewer"))]
    assert any(name.endswith("METADATA") for name in names)
    assert not any(belongs_to_an_installer(name) for name in names)
    assert belongs_to_an_installer("procedure_viewer-1.dist-info/direct_url.json")


@pytest.mark.parametrize(
    ("name", "source", "kind", "shipped"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/venv/a.so", "BINARY", True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", "/venv/a.so", "BINARY", True),
        ("PySide6/plugins/platforms/qwindows.dll", "C:/a.dll", "BINARY", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", "/venv/a.so", "BINARY", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/venv/a.so", "BINARY", False),
        ("PySide6/Qt/translations/qtbase_de.qm", "/venv/a.qm", "DATA", False),
        ("procedure_viewer/resources/icons/lock.svg", "/venv/lock.svg", "DATA", True),
    ],
)
def test_of_qt_those_plugins_go_that_are_used(name: str, source: str, kind: str, shipped: bool) -> None:
    assert is_shipped(name, source, kind) is shipped


def test_the_systems_own_libraries_stay_with_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert not is_shipped("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", "BINARY")
    assert is_shipped("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "BINARY")
    assert is_shipped("python3.11/lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so", "EXTENSION")


def test_a_library_goes_that_something_shipped_needs_directly_or_not() -> None:
    needs = {"plugin": ["libA", "libc"], "sA": ["libB"], "sB": ["libA"], "sC": []}
    libraries = {"libA": "sA", "libB": "sB", "libC": "sC"}
    assert reachable(["plugin"], libraries, lambda source: needs[source]) == {"libA", "libB"}


def test_the_lock_names_the_same_versions_as_the_one_to_run_from_source_and_no_addresses() -> None:
    def pinned(path: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==[^ ;\\]+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))

    assert pinned("requirements.lock") <= pinned("packaging/frozen/requirements.lock")
    assert "://" not in (FROZEN / "requirements.lock").read_text(encoding="utf-8")


def test_each_library_of_the_list_has_what_the_copyright_file_needs() -> None:
    libraries = tomllib.loads((FROZEN / "libraries.toml").read_text(encoding="utf-8"))["library"]
    names = {library["name"] for library in libraries}
    for library in libraries:
        assert library["licence"]
        assert library["copyright"]
        assert ("files" in library) != ("within" in library)
        assert library.get("within", "Qt") in names
        assert "text" not in library or (FROZEN / "licences" / library["text"]).is_file()


@pytest.mark.parametrize("module", ["importlib.metadata", "importlib_metadata"])
def test_what_a_compiled_library_brings_inside_is_told_by_its_makers_own_bill(module: str) -> None:
    """The backport is there for older Pythons only, and raises where Python's own gives nothing."""
    found = of_distribution(pytest.importorskip(module).distribution("cryptography"))
    openssl = [one for one in found.ingredients if one.purl.startswith("pkg:generic/openssl@")]
    assert [one.licence for one in openssl] == ["Apache-2.0"]
    assert all(one.licence for one in found.ingredients)
    assert not of_distribution(distribution("h11")).ingredients


def test_debians_words_for_versions_licences_and_changes() -> None:
    assert debian_version("0.1.0") == "0.1.0-1"
    assert debian_version("1.0rc2") == "1.0~rc2-1"
    assert debian_name("GPL-2.0-or-later WITH Bootloader-exception") == "GPL-2+ with Bootloader-exception"
    changes = "# Changelog\n\n## [Unreleased]\n\n### Added\n- One\n  and two.\n\n## [0.1.0] - 2026-01-01\n- First.\n"
    moment = datetime(2026, 11, 25, 12, tzinfo=UTC)
    whole = debian_changelog("0.2.0", changes, "M <m@clinic.example>", moment)
    assert whole == (
        "procedure-viewer (0.2.0-1) stable; urgency=medium\n\n  * One and two.\n\n"
        " -- M <m@clinic.example>  Wed, 25 Nov 2026 12:00:00 +0000\n"
    )
    assert "  * First.\n" in debian_changelog("0.1.0", changes, "M <m@clinic.example>", moment)


def test_the_copyright_file_gives_each_file_to_whom_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the rule of DEP-5: the last stanza with a pattern that fits, where * stands for slashes, too."""

    def part(name: str, *files: str, within: str = "") -> Part:
        licence = f"{name}-licence"
        return Part(name, "1", licence, (f"2026 {name}",), (f"Text of {name}",), files, "https://it", within, name)

    made_of = [
        replace(part("h11", "_internal/h11/*"), ingredients=(Ingredient("crate", "2.0", "MIT", ""),)),
        part("procedure-viewer", "_internal/procedure_viewer/*"),
        part("Qt", "_internal/PySide6/Qt/*"),
        part("libpng", within="Qt"),
        part("Python", "_internal/*.pyc"),
    ]
    monkeypatch.setattr("dep5.parts", lambda _: made_of)
    text = copyright_file(Path("program"), "M <m@clinic.example>")
    stanzas: list[dict[str, str]] = [
        dict(re.findall(r"^(\w+):((?:.*\n)(?: .*\n)*)", f"{stanza}\n", re.M)) for stanza in text.split("\n\n")
    ][1:]

    def licence_of(path: str) -> str:
        fits = [stanza["License"] for stanza in stanzas if any(map(path_fits(path), stanza["Files"].split()))]
        return fits[-1].split()[0]

    def path_fits(path: str) -> Callable[[str], bool]:
        return lambda pattern: fnmatchcase(path, pattern)

    inside = "usr/lib/procedure-viewer/_internal"
    assert licence_of("usr/share/man/man1/procedure-viewer.1.gz") == "procedure-viewer-licence"
    assert licence_of(f"{inside}/procedure_viewer/ui/theme.pyc") == "procedure-viewer-licence"
    assert licence_of(f"{inside}/h11/_state.pyc") == "h11-licence"
    assert licence_of(f"{inside}/asyncio/events.pyc") == "Python-licence"
    assert "crate 2.0 (MIT)" in next(stanza["Comment"] for stanza in stanzas if "h11/*" in stanza["Files"])
    assert "It has libpng 1 inside" in next(stanza["Comment"] for stanza in stanzas if "Qt/*" in stanza["Files"])


def test_the_version_stands_in_one_place() -> None:
    """Everything else asks the distribution's metadata, or fills it in."""
    placed = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "packaging", "resources")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and f'"{__version__}"' in path.read_text("utf-8", "replace")
    ]
    assert placed == ["app/procedure_viewer/__init__.py"]
