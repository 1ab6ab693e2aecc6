"""Builds the Debian package of a frozen program: `python packaging/debian/package.py PROGRAM-FOLDER TARGET-FOLDER`.

Run in the environment that made the program. The same program gives the same package, of SOURCE_DATE_EPOCH's moment.
DEBFULLNAME and DEBEMAIL, Debian's own variables, name another maintainer.
"""

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "frozen")]  # scripts beside each other are no package

from changelog import debian_changelog, debian_version
from dep5 import copyright_file
from icons import png
from PySide6.QtGui import QGuiApplication
from sbom import main as write_sbom

NAME = "procedure-viewer"
METAINFO = "org.example.procedure_viewer.metainfo.xml"
DRAWING = ROOT / "resources/icons/procedure-viewer.svg"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
MAINTAINER = "{} <{}>".format(
    os.environ.get("DEBFULLNAME", "Procedure Viewer developers"),
    os.environ.get("DEBEMAIL", "maintainers@procedure-viewer.example"),
)
_ELF = b"\x7fELF"


def main(program: Path, target: Path, version: str) -> Path:
    """Build it; returns the package's place."""
    moment = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    root = target / "root"
    shutil.rmtree(root, ignore_errors=True)
    _put_program(program, root)
    _put_desktop(root, version, moment)
    _put_manual(root, version, moment)
    _put_documents(program, root, version, moment)
    _put_control(root, version)
    architecture = _said_by("dpkg", "--print-architecture")
    package = target / f"{NAME}_{debian_version(version)}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, package], check=True)
    return package


def _put_program(program: Path, root: Path) -> None:
    """Under /usr/lib, where Debian's policy has a package's own binaries; /opt is for what no package manager knows."""
    place = root / "usr/lib" / NAME
    shutil.copytree(program, place, symlinks=True)
    for path in (place, *place.rglob("*")):  # whatever the umask of whoever made the program
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == place / NAME else 0o644)
    launcher = root / "usr/bin" / NAME
    launcher.parent.mkdir(parents=True)
    launcher.symlink_to(f"../lib/{NAME}/{NAME}")


def _put_desktop(root: Path, version: str, moment: datetime) -> None:
    share = root / "usr/share"
    _write(share / f"applications/{NAME}.desktop", (HERE / f"{NAME}.desktop").read_text())
    _write(share / "metainfo" / METAINFO, _filled(HERE / METAINFO, version, moment))
    icons = share / "icons/hicolor"
    _write(icons / f"scalable/apps/{NAME}.svg", DRAWING.read_text())
    application = QGuiApplication([NAME, "-platform", "offscreen"])
    for size in ICON_SIZES:
        _write(icons / f"{size}x{size}/apps/{NAME}.png", png(DRAWING, size))
    del application


def _put_manual(root: Path, version: str, moment: datetime) -> None:
    _write(root / f"usr/share/man/man1/{NAME}.1.gz", _packed(_filled(HERE / f"{NAME}.1", version, moment)))


def _put_documents(program: Path, root: Path, version: str, moment: datetime) -> None:
    documents = root / "usr/share/doc" / NAME
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    _write(documents / "copyright", copyright_file(program, MAINTAINER))
    _write(documents / "changelog.gz", _packed(changes))
    _write(documents / "changelog.Debian.gz", _packed(debian_changelog(version, changes, MAINTAINER, moment)))
    _write(documents / "examples/policy.toml", (ROOT / "packaging/policy.example.toml").read_text())
    _write(root / "usr/share/lintian/overrides" / NAME, (HERE / "lintian-overrides").read_text())
    if write_sbom(program, documents / "sbom.cdx.json"):
        sys.exit(1)


def _put_control(root: Path, version: str) -> None:
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files]  # noqa: S324 - dpkg's
    kibibytes = sum(-(-path.stat().st_size // 1024) for path in files) + sum(
        1 for path in root.rglob("*") if path.is_dir()
    )
    values = {
        "VERSION": debian_version(version),
        "ARCHITECTURE": _said_by("dpkg", "--print-architecture"),
        "MAINTAINER": MAINTAINER,
        "INSTALLED_SIZE": str(kibibytes),
        "SHLIBS": _libraries_of_the_system(root, files),
    }
    control = (HERE / "control").read_text()
    for name, value in values.items():
        control = control.replace(f"@{name}@", value)
    _write(root / "DEBIAN/control", control)
    _write(root / "DEBIAN/md5sums", "".join(sums))


def _libraries_of_the_system(root: Path, files: list[Path]) -> str:
    """What the binaries ask the loader for and don't bring, as packages with the versions that have the symbols."""
    binaries = [path for path in files if _begins_with(path, _ELF)]
    # dpkg-shlibdeps reads a source package's control file, and looks for libraries beside DEBIAN.
    (root / "DEBIAN").mkdir()
    _write(root.parent / "debian/control", f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n")
    asked = ["dpkg-shlibdeps", "-O", f"-S{root}", *(f"-e{path}" for path in binaries)]
    found = subprocess.run(asked, cwd=root.parent, check=True, capture_output=True, text=True)
    return found.stdout.strip().removeprefix("shlibs:Depends=")


def _begins_with(path: Path, start: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(start)) == start


def _filled(template: Path, version: str, moment: datetime) -> str:
    text = template.read_text(encoding="utf-8")
    return text.replace("@VERSION@", version).replace("@DATE@", f"{moment:%Y-%m-%d}")


def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o644)


def _said_by(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    os.umask(0o022)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    sys.stdout.write(f"{main(given.program.resolve(), given.target.resolve(), version_of(NAME))}\n")
