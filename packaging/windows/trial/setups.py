"""Installing, upgrading, refusing, removing: what the installer does and which exit code it gives."""

import os
import subprocess
import winreg
from dataclasses import dataclass
from pathlib import Path

import checks
import wine

UNINSTALL_KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\procedure-viewer"
APP_PATHS_KEY = r"Software\Microsoft\Windows\CurrentVersion\App Paths\procedure-viewer.exe"
PROGRAM = "procedure-viewer.exe"
SECONDS = 300
DONE, FAILED, NO_ROOM, OLD_WINDOWS, RUNS = 0, 2, 112, 1150, 1618


@dataclass(frozen=True)
class Setup:
    """An installer, and the version in it."""

    path: Path
    version: str


@dataclass(frozen=True)
class Place:
    """For whom it is installed, and where it lies then."""

    option: str
    folder: Path
    start_menu: Path
    hive: int

    @property
    def uninstaller(self) -> Path:
        """What removes it."""
        return self.folder / "uninstall.exe"


_START_MENU = r"Microsoft\Windows\Start Menu\Programs\Procedure Viewer.lnk"
FOR_ONE = Place(
    "/CurrentUser",
    Path(os.environ["LOCALAPPDATA"], r"Programs\Procedure Viewer"),
    Path(os.environ["APPDATA"], _START_MENU),
    winreg.HKEY_CURRENT_USER,
)
FOR_ALL = Place(
    "/AllUsers",
    Path(os.environ["PROGRAMFILES"], "Procedure Viewer"),
    Path(os.environ["PROGRAMDATA"], _START_MENU),
    winreg.HKEY_LOCAL_MACHINE,
)


def run(*command: object) -> int:
    """Run a program to its end; returns its exit code, which is longer than Linux would tell."""
    # As one line: NSIS takes what follows /D= and _?= as it stands, and without quotes.
    line = " ".join([f'"{command[0]}"', *map(str, command[1:])])
    return subprocess.run(line, timeout=SECONDS, check=False).returncode


def installs(setup: Setup, place: Place) -> None:
    """All is where it should be, and Windows knows about it."""
    checks.equal(run(setup.path, "/S", place.option), DONE, "silent installation, exit code")
    checks.holds((place.folder / PROGRAM).is_file(), f"it lies in {place.folder}")
    checks.holds(place.start_menu.is_file(), "an entry in the Start menu")
    for name in ("LICENCES.txt", "sbom.cdx.json", "policy.example.toml"):
        checks.holds((place.folder / name).is_file(), f"{name} beside it")
    entry = _values(place.hive, UNINSTALL_KEY)
    checks.equal(entry.get("DisplayVersion"), setup.version, "in the list of programs, version")
    checks.equal(entry.get("Publisher"), "Procedure Viewer developers", "publisher")
    checks.holds(Path(str(entry.get("DisplayIcon"))).is_file(), "with an icon")
    checks.holds(int(str(entry.get("EstimatedSize", 0))) > 10_000, f"and its size: {entry.get('EstimatedSize')} KB")
    quiet = f'"{place.uninstaller}" {place.option} /S'
    checks.equal(entry.get("QuietUninstallString"), quiet, "to be removed by")
    checks.equal(_values(place.hive, APP_PATHS_KEY).get(""), str(place.folder / PROGRAM), "Start and Run find")


def refuses_while_it_runs(setup: Setup, place: Place) -> None:
    """Neither a newer one nor the uninstaller touches it then."""
    before = sorted(place.folder.rglob("*"))
    with subprocess.Popen([place.folder / PROGRAM, "--demo"], stdin=subprocess.DEVNULL) as program:
        try:
            checks.equal(run(setup.path, "/S", place.option), RUNS, "installing over it while it runs, exit code")
            code = run(place.uninstaller, "/S", place.option, f"_?={place.folder}")
            checks.equal(code, RUNS, "removing it while it runs, exit code")
            checks.holds(program.poll() is None, "it still runs")
        finally:
            program.kill()
    checks.equal(sorted(place.folder.rglob("*")) == before, True, "nothing was touched")


def leaves_what_is_not_its_own(place: Place) -> None:
    """A file that somebody put into its folder stays, and nothing else."""
    foreign = place.folder / "_internal" / "somebody's own.txt"
    foreign.write_text("mine", encoding="utf-8")
    run(place.uninstaller, "/S", place.option)
    checks.becomes(lambda: not _values(place.hive, UNINSTALL_KEY), "removed in silence")
    left = sorted(path for path in place.folder.rglob("*") if path.is_file())
    checks.equal(left, [foreign], "left in its folder, since it is somebody else's")
    foreign.unlink()
    foreign.parent.rmdir()
    _clear(place.folder)


def upgrades(older: Setup, newer: Setup, place: Place) -> None:
    """In place: the older one's files are gone, what is somebody else's is there, and it is listed once."""
    checks.equal(run(older.path, "/S", place.option), DONE, "an older version, exit code")
    gone = place.folder / "_internal" / "gone-since.txt"
    checks.holds(gone.is_file(), "which has a file that the newer one hasn't")
    foreign = place.folder / "somebody's own.txt"
    foreign.write_text("mine", encoding="utf-8")
    installs(newer, place)
    checks.holds(not gone.exists(), "the older one's file is gone")
    checks.holds(foreign.is_file(), "somebody else's is there")
    foreign.unlink()


def removes(place: Place) -> None:
    """By the line that Windows keeps for it, and with an exit code where it is asked to stay where it is."""
    entry = _values(place.hive, UNINSTALL_KEY)
    run(*_words(str(entry["QuietUninstallString"])))
    # The uninstaller goes on in a copy of itself.
    checks.becomes(lambda: not place.folder.exists(), "removed by Windows' own line, the folder with it")
    checks.becomes(lambda: not place.start_menu.exists(), "the entry in the Start menu is gone")
    checks.becomes(lambda: not _values(place.hive, UNINSTALL_KEY), "and in the list of programs")


def refuses_without_room(setup: Setup) -> None:
    """A drive of 20 MB, which `wine/inside.sh` has made."""
    checks.equal(run(setup.path, "/S", "/CurrentUser", r"/D=S:\Procedure Viewer"), NO_ROOM, "a full disk, exit code")
    checks.holds(not Path(r"S:\Procedure Viewer").exists(), "nothing was written")


def tidies_up_what_failed(setup: Setup, place: Place) -> None:
    """A folder stands where a file should be: a part of the installation is written, and goes again."""
    hindrance = place.folder / PROGRAM
    hindrance.mkdir(parents=True)
    checks.equal(run(setup.path, "/S", place.option), FAILED, "a file that can't be written, exit code")
    checks.equal(sorted(place.folder.rglob("*")), [hindrance], "what had been written is gone")
    checks.equal(_values(place.hive, UNINSTALL_KEY), {}, "and is in no list")
    hindrance.rmdir()
    _clear(place.folder)


def refuses_an_old_windows(setup: Setup) -> None:
    """Windows 8.1, as Wine plays it."""
    with wine.playing("win81", setup.path.name):
        checks.equal(run(setup.path, "/S", "/CurrentUser"), OLD_WINDOWS, "an older Windows, exit code")


def _clear(folder: Path) -> None:
    """Take a folder away that only this trial kept there, and the one around it, which was not there before it."""
    folder.rmdir()
    if not any(folder.parent.iterdir()):
        folder.parent.rmdir()


def _values(hive: int, name: str) -> dict[str, object]:
    """A key of the registry; empty where there is none."""
    try:
        with winreg.OpenKey(hive, name) as key:
            return {name: value for name, value, _ in (winreg.EnumValue(key, i) for i in range(_number(key)))}
    except FileNotFoundError:
        return {}


def _number(key: winreg.HKEYType) -> int:
    return winreg.QueryInfoKey(key)[1]


def _words(line: str) -> list[str]:
    program, _, rest = line.removeprefix('"').partition('" ')
    return [program, *rest.split()]
