"""What of Qt goes with the program, and what of the system stays with the system. A name is a path within the program.

An allow-list of plugins: Qt's package has many that this program has no use for, and each drags in libraries.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePath

QT_PLUGINS = (
    # Windows of X11, Wayland, Windows and macOS, and none at all.
    *(
        "platforms/*qxcb*",
        "platforms/*qwayland*",
        "platforms/*qwindows*",
        "platforms/*qcocoa*",
        "platforms/*qoffscreen*",
    ),
    *("wayland-shell-integration/*xdg-shell*", "wayland-decoration-client/*"),
    "styles/*mac*",
    # A desktop's own file dialogs, and dark or light; GTK's theme would drag in GTK.
    "platformthemes/*xdgdesktopportal*",
    # Dead keys and Compose, and the languages that are written by an input method.
    *("platforminputcontexts/*compose*", "platforminputcontexts/*ibus*"),
    "printsupport/*",
    *("iconengines/*svg*", "imageformats/*svg*"),
)
"""The plugins that are shipped: what is drawn is SVG or PNG (which needs none); HTTP and TLS are Python's, not Qt's."""
NO_OPENGL = frozenset({"opengl32sw.dll"})
"""Windows' own OpenGL in software, 20 MB: nothing here draws by OpenGL."""
SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")
STANDARD_LIBRARY_LEFT_OUT = (
    # Their libraries' licences are the GPL's.
    *("readline", "_gdbm", "dbm.gnu"),
    *("tkinter", "_tkinter", "turtle", "idlelib", "curses", "_curses", "sqlite3", "_sqlite3", "test", "unittest"),
    *("lib2to3", "ensurepip", "venv", "pydoc", "pydoc_data", "doctest", "pdb"),
    # From 3.12 on it is a part of setuptools, which is left out as a whole.
    *(("distutils",) if sys.version_info < (3, 12) else ()),
)


def is_shipped(name: str, source: str, kind: str) -> bool:
    """Whether a file that PyInstaller found goes with the program; `kind` is PyInstaller's type code of it."""
    path = PurePath(name).as_posix()
    if "/plugins/" in path and path.startswith("PySide6/"):
        return any(fnmatch(path.rpartition("/plugins/")[2], pattern) for pattern in QT_PLUGINS)
    if PurePath(path).name in NO_OPENGL:
        return False
    if path.startswith("PySide6/") and ("/translations/" in path or "/qml/" in path):
        return False  # the program's words are its own, and it has no QML
    return not _is_the_systems(path, source, kind)


def _is_the_systems(name: str, source: str, kind: str) -> bool:
    """A library that Debian keeps and mends: the package depends on it instead of carrying a copy that grows old.

    Not so Python's own, which other releases have in other versions.
    """
    if sys.platform != "linux" or kind != "BINARY" or (name.startswith("lib") and "python" in name):
        return False
    return source.startswith(SYSTEM_FOLDERS)


def reachable(roots: Iterable[str], libraries: Mapping[str, str], needs: Callable[[str], Iterable[str]]) -> set[str]:
    """Which of the libraries (file name to source) anything among `roots` (sources) needs, directly or not.

    `needs` tells the file names that a binary asks the loader for.
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        for name in needs(waiting.pop()):
            name = Path(name).name
            if name in libraries and name not in found:
                found.add(name)
                waiting.append(libraries[name])
    return found
