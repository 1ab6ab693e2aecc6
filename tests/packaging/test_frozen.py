"""What the frozen program contains, and that it works by itself: of `make frozen`, where that was made."""

import json
import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest
from distributions import run_time

from procedure_viewer import __version__
from tests.conftest import ROOT
from tests.desktop.waiting import eventually
from tests.keychain.session import MISSING, with_secret_service
from tests.remote.authority import Authority
from tests.remote.http2_server import Answered, Http2Server

PROGRAM = ROOT / "build/frozen/procedure-viewer/procedure-viewer"
CONTENTS = PROGRAM.parent / "_internal"


def why_not() -> str:
    """Why there is nothing to look into; "" where there is."""
    if sys.platform != "linux" or not PROGRAM.exists():
        return "there is no build/frozen: make frozen"
    sources = (path for folder in ("app", "resources", "packaging/frozen") for path in (ROOT / folder).rglob("*"))
    newest = max(path.stat().st_mtime for path in sources if path.is_file() and path.suffix != ".pyc")
    return "build/frozen is older than the program: make frozen" if newest > PROGRAM.stat().st_mtime else ""


WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it with next to nothing in its environment."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "PROCEDURE_VIEWER_SETTINGS")}
    return subprocess.run(
        [PROGRAM, *arguments],
        env={**inherited, "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_every_module_of_the_program_is_there() -> None:
    """Whoever imports it late, or by its name: the demo, the steps of a start, what an export needs."""
    package = ROOT / "app/procedure_viewer"
    modules = {path.relative_to(package.parent).with_suffix(".pyc").as_posix() for path in package.rglob("*.py")}
    frozen = {path.relative_to(CONTENTS).as_posix() for path in CONTENTS.rglob("*.pyc")}
    # The program's first module is the script that the bootloader runs.
    assert modules - frozen == set()


@pytest.mark.parametrize(
    "module",
    [
        *(f"keyring/backends/{name}" for name in ("SecretService", "kwallet", "libsecret", "chainer", "fail")),
        *("truststore/_openssl", "h2/connection", "authlib/oauth2/rfc6749/parameters", "joserfc/jwt"),
        *("uvicorn/loops/asyncio", "uvicorn/protocols/http/h11_impl", "anyio/_backends/_asyncio"),
        *("secretstorage/collection", "jeepney/io/blocking", "encodings/idna"),
    ],
)
def test_what_others_import_by_its_name_is_there(module: str) -> None:
    assert (CONTENTS / f"{module}.pyc").is_file()


@pytest.mark.parametrize(
    "plugin",
    [
        *(
            "platforms/libqxcb",
            "platforms/libqwayland",
            "platforms/libqoffscreen",
            "platformthemes/libqxdgdesktopportal",
        ),
        *("iconengines/libqsvgicon", "imageformats/libqsvg", "printsupport/libcupsprintersupport"),
        *("platforminputcontexts/libcomposeplatforminputcontextplugin", "wayland-shell-integration/libxdg-shell"),
    ],
)
def test_qts_plugins_are_there(plugin: str) -> None:
    assert (CONTENTS / f"PySide6/Qt/plugins/{plugin}.so").is_file()


def test_where_no_language_is_set_it_is_silent_as_from_source(tmp_path: Path) -> None:
    done = run("--demo", "--startup-report", tmp_path / "report.json", LANG="")
    assert (done.returncode, done.stderr) == (0, "")


def test_icons_and_metadata_are_there() -> None:
    icons = {path.name for path in (ROOT / "resources/icons").glob("*.svg")}
    assert {path.name for path in (CONTENTS / "procedure_viewer/resources/icons").glob("*.svg")} == icons
    shipped = {found.name: found.version for found in distributions(path=[str(CONTENTS)])}
    assert shipped["procedure-viewer"] == __version__
    assert {found.name for found in run_time().values()} - set(shipped) <= {"pycparser"}, (
        "which cffi needs to build only"
    )


def test_nothing_tells_of_the_machine_that_built_it() -> None:
    places = [str(ROOT).encode(), str(Path.home()).encode() + b"/."]
    for path in CONTENTS.rglob("*"):
        if path.is_file() and path.suffix in (".pyc", "") and not path.is_symlink():
            content = path.read_bytes()
            assert not any(place in content for place in places), path


def test_the_package_can_be_read_by_everybody_whoever_made_the_program(tmp_path: Path) -> None:
    """Debian's package is made by Python of the freezer's environment."""
    made = tmp_path / "made"
    (made / "_internal").mkdir(parents=True)
    for path in (made / "procedure-viewer", made / "_internal/module.pyc"):
        path.touch(0o600)
    for folder in (made, made / "_internal"):
        folder.chmod(0o700)
    put = "import sys, pathlib, package; package._put_program(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run(
        [ROOT / "build/freezer/bin/python", "-c", put, made, tmp_path / "root"],
        cwd=ROOT / "packaging/debian",
        check=True,
    )
    place = tmp_path / "root/usr/lib/procedure-viewer"
    modes = {path.relative_to(place).as_posix(): path.stat().st_mode & 0o7777 for path in (place, *place.rglob("*"))}
    assert modes == {".": 0o755, "procedure-viewer": 0o755, "_internal": 0o755, "_internal/module.pyc": 0o644}


def test_it_tells_its_version_without_loading_qt() -> None:
    done = run("--version", LD_DEBUG="files")
    assert done.stdout.strip() == f"procedure-viewer {__version__}"
    assert "libpython3" in done.stderr
    assert "libQt6Core" not in done.stderr


def test_a_library_that_the_system_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / "libxcb-cursor.so.0").touch()
    done = run("--self-check", QT_QPA_PLATFORM="xcb", DISPLAY=":0", LD_LIBRARY_PATH=str(tmp_path))
    assert done.returncode == 2
    assert "because the system lacks " in done.stderr
    assert "libxcb-cursor.so.0. Have your IT department" in done.stderr


def test_the_tour_holds(tmp_path: Path) -> None:
    done = run("--demo", "--tour", tmp_path / "tour", "--seal")
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "tour/tour.json").read_text())
    assert told["complete"]
    verified = run("verify", tmp_path / "tour" / told["export"]["path"])
    assert verified.returncode == 0, verified.stdout


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_a_token_goes_to_a_real_secret_service_and_comes_back(tmp_path: Path) -> None:
    with with_secret_service(tmp_path / "home") as session:
        done = run("--self-check", **session.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(installed)" in done.stdout
    assert "(SecretService)" in done.stdout


@pytest.mark.parametrize("trusted", [True, False])
def test_it_speaks_http2_with_whom_the_system_trusts_and_with_nobody_else(tmp_path: Path, trusted: bool) -> None:
    """The search of a start ends either way; what the server saw of it tells."""
    authority, report = Authority(), tmp_path / "report.json"
    (tmp_path / "authority.pem").write_bytes((authority if trusted else Authority()).pem)
    nobody = Answered(200, json.dumps({"resourceType": "Bundle", "type": "searchset", "total": 0}).encode())
    with Http2Server(lambda _: nobody, tls=authority.server(alpn="h2")) as server:
        asked = ("--server", server.url, "--find", "jones", "--startup-report", report)
        done = run(*asked, SSL_CERT_FILE=str(tmp_path / "authority.pem"), SSL_CERT_DIR=str(tmp_path / "none"))
        seen = [request.target for request in server.requests]
    assert done.returncode == 0, done.stderr
    assert report.exists()
    assert any("/Patient?" in target for target in seen) is trusted


def test_what_is_started_from_it_gets_none_of_its_libraries() -> None:
    """A browser built on Qt would take ours for its own. The bootloader of the demo's process notes what it got."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LD_LIBRARY_PATH": "/of/the/person"}
    with subprocess.Popen([str(PROGRAM), "--demo"], env=environment, stdin=subprocess.DEVNULL) as program:
        try:
            inherited = eventually(lambda: environment_of_child(program.pid), "the demo's process")
        finally:
            program.terminate()
    assert inherited["LD_LIBRARY_PATH_ORIG"] == "/of/the/person"
    of_the_bootloader = ("LD_LIBRARY_PATH", "_PYI_")
    assert not [
        name for name, value in inherited.items() if str(CONTENTS) in value and not name.startswith(of_the_bootloader)
    ]


def environment_of_child(parent: int) -> dict[str, str]:
    """The environment with which a process's first child runs its program, {} before that."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        lines = Path(f"/proc/{child}/environ").read_bytes().decode().split("\0")
        named = dict(line.split("=", 1) for line in lines if "=" in line)
        if "LD_LIBRARY_PATH_ORIG" in named:
            return named
    return {}
