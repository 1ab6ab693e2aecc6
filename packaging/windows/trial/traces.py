"""What is on the disk and in the registry, and what has come or gone since."""

import os
import winreg
from collections.abc import Collection, Iterator
from pathlib import Path

import checks
import wine

_LOCAL = os.environ["LOCALAPPDATA"]
_ENTRIES = r"HKCU\Software\Wine\Credential Manager"
"""Where Wine keeps what Windows keeps encrypted; the key itself stays without entries."""
OF_A_PERSON = (
    rf"{_LOCAL}\procedure-viewer",
    _ENTRIES,
)
"""What stays when the program goes: the settings folder and the entries in Credential Manager."""
OF_WINDOWS = (
    os.environ["TEMP"],
    rf"{_LOCAL}\Temp",
    r"C:\windows\Temp",
    # What Windows keeps for itself while programs run.
    rf"{_LOCAL}\Microsoft",
    r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer",
    r"HKCU\Software\Wine\AppDefaults",
    r"HKCU\Software\Wine\Drives",
    r"HKCU\Software\Wine\Fonts",
    r"HKCU\Software\Wine\Temporary System Parameters",
    r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\Fonts",
)


_START_MENU = r"Microsoft\Windows\Start Menu"
_ROOTS = (
    ("C:\\",)
    if wine.IS_HERE
    else (
        rf"{_LOCAL}\Programs",
        rf"{_LOCAL}\procedure-viewer",
        rf"{os.environ['APPDATA']}\{_START_MENU}",
        rf"{os.environ['PROGRAMDATA']}\{_START_MENU}",
        os.environ["PROGRAMFILES"],
    )
)
"""Where to look: under Wine at all there is; on Windows, where others are at work, at what an installer may use."""
_WINDOWS = r"Software\Microsoft\Windows\CurrentVersion"
_KEYS = ("Software",) if wine.IS_HERE else (rf"{_WINDOWS}\App Paths", rf"{_WINDOWS}\Uninstall")


def taken() -> frozenset[str]:
    """The names of all files, folders and keys of the registry that are there now."""
    hives = (("HKCU", winreg.HKEY_CURRENT_USER), ("HKLM", winreg.HKEY_LOCAL_MACHINE))
    keys = (key for name, hive in hives for below in _KEYS for key in _keys(name, hive, below))
    return frozenset([*_files(), *keys])


def compare(before: frozenset[str], now: frozenset[str], words: str, may_stay: Collection[str] = ()) -> None:
    """Say what is left, and note whether that is no more than what may stay; what was there before has to be there."""
    left = sorted(name for name in now - before if name != _ENTRIES and not _within(name, OF_WINDOWS))
    for name in left:
        checks.holds(_within(name, may_stay), f"left: {name}")
    gone = sorted(name for name in before - now if not _within(name, OF_WINDOWS))
    checks.equal(gone, [], "gone of what was there before")
    checks.holds(all(_within(name, may_stay) for name in left), words)


def _within(name: str, places: Collection[str]) -> bool:
    return any(name.lower() == place.lower() or name.lower().startswith(place.lower() + "\\") for place in places)


def _files() -> Iterator[str]:
    for root in _ROOTS:
        for folder, folders, files in os.walk(root):
            yield from (str(Path(folder, name)) for name in [*folders, *files])


def _keys(name: str, parent: winreg.HKEYType | int, child: str) -> Iterator[str]:
    """The key and all below it. A key that links to another part of the registry is listed in both."""
    path = f"{name}\\{child}"
    yield path
    try:
        with winreg.OpenKey(parent, child) as key:
            for number in range(winreg.QueryInfoKey(key)[0]):
                yield from _keys(path, key, winreg.EnumKey(key, number))
    except OSError:
        return
