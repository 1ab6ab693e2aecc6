"""Files by which IT governs a machine: where they lie, and whether nobody else can have written them.

platformdirs would take the place from the environment (XDG_CONFIG_DIRS, WIN_PD_OVERRIDE_COMMON_APPDATA), and with it a
person could put another file in the place of IT's, or none. So the place is fixed here.
"""

import os
import stat
import sys
from pathlib import Path

from procedure_viewer.fhir.words import translate

FOLDER_NAME = "procedure-viewer"
LARGEST = 1 << 20
"""Bytes; a policy has some hundreds."""
SYSTEM = frozenset({0})
"""The user ids that may own IT's files: root's."""

_MOST_LINKS = 40
"""As in Linux: more are taken for a circle."""
_MACOS_ADMINISTRATORS = 80
"""The group that may write to some of macOS's folders for the whole machine; its members may become root anyway."""


class NotTrusted(Exception):
    """The file is not IT's alone; `str(error)` says why."""


def policy_path() -> Path:
    """Where this platform keeps what holds for the whole machine. Whether the file is there is another matter."""
    if sys.platform == "win32":
        return _program_data() / FOLDER_NAME / "policy.toml"
    if sys.platform == "darwin":
        return Path("/Library/Application Support") / FOLDER_NAME / "policy.toml"
    return Path("/etc/xdg") / FOLDER_NAME / "policy.toml"


def read_trusted(path: Path, owners: frozenset[int] = SYSTEM) -> bytes | None:
    """The file's content, at most LARGEST bytes; None where there is no such file.

    `owners` are the user ids that count as the system's (POSIX only). Raises NotTrusted, or OSError: it is there and
    can't be read.
    """
    for place in (path, path.parent):
        if place.is_symlink() and not place.exists():
            raise NotTrusted(translate("settings", "It is a link to something that is not there"))
    try:
        # A pipe in its place must not be waited for.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    try:
        content = _read_checked(path, descriptor, owners)
    finally:
        os.close(descriptor)
    if len(content) > LARGEST:
        raise NotTrusted(translate("settings", "It is far too large"))
    return content


def _read_checked(path: Path, descriptor: int, owners: frozenset[int]) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise NotTrusted(translate("settings", "It is not a plain file"))
    if not _is_the_systems_alone(path, status, owners):
        raise NotTrusted(
            translate("settings", "Others than the system's administrator could have written it, or its folder")
        )
    with open(descriptor, "rb", closefd=False) as file:
        return file.read(LARGEST + 1)


if sys.platform == "win32":

    def _program_data() -> Path:
        """%PROGRAMDATA% as the machine's part of the registry has it, not as the environment says."""
        import winreg

        folders = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, folders) as key:
                folder, _ = winreg.QueryValueEx(key, "Common AppData")
        except OSError:
            folder = ""
        return Path(str(folder) or r"C:\ProgramData")

    def _is_the_systems_alone(path: Path, _status: os.stat_result, _owners: frozenset[int]) -> bool:
        """Everybody may make files and folders in %PROGRAMDATA%, and owns them then: so the owner tells."""
        return _owned_by_administrators(path) and _owned_by_administrators(path.parent)

    def _owned_by_administrators(path: Path) -> bool:
        import ctypes
        from ctypes import wintypes

        file_object, owner_wanted = 1, 1  # SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION
        local_system, administrators = 22, 26  # of WELL_KNOWN_SID_TYPE
        advapi32, kernel32 = ctypes.WinDLL("advapi32"), ctypes.WinDLL("kernel32")
        pointer = ctypes.POINTER(ctypes.c_void_p)
        ask = advapi32.GetNamedSecurityInfoW
        ask.argtypes = [wintypes.LPCWSTR, ctypes.c_int, wintypes.DWORD, pointer, pointer, pointer, pointer, pointer]
        ask.restype = wintypes.DWORD
        advapi32.IsWellKnownSid.argtypes = [ctypes.c_void_p, ctypes.c_int]
        kernel32.LocalFree.argtypes = [ctypes.c_void_p]
        kernel32.LocalFree.restype = ctypes.c_void_p
        owner, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
        status = ask(
            str(path), file_object, owner_wanted, ctypes.byref(owner), None, None, None, ctypes.byref(descriptor)
        )
        if status:
            raise ctypes.WinError(status)
        try:
            return any(advapi32.IsWellKnownSid(owner, kind) for kind in (local_system, administrators))
        finally:
            kernel32.LocalFree(descriptor)

else:

    def _is_the_systems_alone(path: Path, status: os.stat_result, owners: frozenset[int]) -> bool:
        """Whether nobody but `owners` can write the open file or its folder, or lead the path to another file.

        An access list that lets others write shows in the bits of the group.
        """
        folders, links = _way_to(path)
        return (
            _is_closed(status, owners)
            and all(_is_closed(folder.stat(), owners) for folder in (path.parent, folders[-1]))
            and all(_keeps_its_entries(folder.stat(), owners) for folder in folders)
            and all(link.lstat().st_uid in owners | SYSTEM for link in links)
        )

    def _way_to(path: Path) -> tuple[list[Path], list[Path]]:
        """The folders in which a name is looked up on the way to the file, its own last, and the links on that way."""
        here, *names = (Path(part) for part in path.absolute().parts)
        folders: list[Path] = []
        links: list[Path] = []
        while names:
            folders.append(here)
            entry = here / names.pop(0)
            if entry.name == "..":
                here = here.parent
            elif entry.is_symlink():
                links.append(entry)
                if len(links) > _MOST_LINKS:
                    raise NotTrusted(translate("settings", "It is a link that leads nowhere"))
                target = entry.readlink()
                if target.is_absolute():
                    here = Path(target.anchor)
                    target = target.relative_to(target.anchor)
                names = [*map(Path, target.parts), *names]
            else:
                here = entry
        return folders, links

    def _is_closed(status: os.stat_result, owners: frozenset[int]) -> bool:
        return status.st_uid in owners and not _others_may_write(status)

    def _keeps_its_entries(status: os.stat_result, owners: frozenset[int]) -> bool:
        """Where anybody may write, as in /tmp, the sticky bit keeps them from renaming what isn't theirs."""
        in_hands = status.st_uid in owners | SYSTEM
        return in_hands and (bool(status.st_mode & stat.S_ISVTX) or not _others_may_write(status))

    def _others_may_write(status: os.stat_result) -> bool:
        by_group = bool(status.st_mode & stat.S_IWGRP)
        if by_group and sys.platform == "darwin" and status.st_gid == _MACOS_ADMINISTRATORS:
            by_group = False
        return by_group or bool(status.st_mode & stat.S_IWOTH)
