"""A start without a screen: where Qt would abort the process, and leave a core dump, it is said in a sentence."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

STATUS = 2
"""The exit status, as for whatever else can't be begun as it was asked for."""


@contextmanager
def said_in_words() -> Iterator[None]:
    """Make the application in this block. What Qt has to say there is passed on when it has worked."""
    heard: list[str] = []

    def hear(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtFatalMsg:
            heard.append(message)
            return
        # Qt aborts as soon as this returns.
        _tell([f"procedure-viewer: {why()}"])
        os._exit(STATUS)

    before = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
    _tell(heard)


def why() -> str:
    """Why there is no screen, as far as that can be found out, and what to do; there is nothing to translate it yet."""
    wanted = _wanted()
    for plugin in _plugins(wanted):
        missing = _missing_library(plugin)
        if missing:
            return (
                f"the window can't be shown, because the system lacks {missing}. "
                "Have your IT department install the package that holds it."
            )
    screen = [f"{name}={os.environ[name]}" for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    if "QT_QPA_PLATFORM" in os.environ:
        screen.append(f"QT_QPA_PLATFORM={os.environ['QT_QPA_PLATFORM']}")
    if screen:
        trouble = f"the screen that the environment names can't be used ({', '.join(screen)})"
    else:
        trouble = "there is no screen: neither WAYLAND_DISPLAY nor DISPLAY names one"
    return (
        f"{trouble}. Start it in a desktop session; "
        "without one, QT_QPA_PLATFORM=offscreen procedure-viewer --demo --tour FOLDER shows that it works."
    )


def _wanted() -> list[str]:
    """The names of Qt's platforms that were to be used."""
    named = os.environ.get("QT_QPA_PLATFORM", "")
    if named:
        return [part.partition(":")[0] for part in named.split(";")]
    return ["wayland"] * bool(os.environ.get("WAYLAND_DISPLAY")) + ["xcb"] * bool(os.environ.get("DISPLAY"))


def _plugins(platforms: list[str]) -> list[Path]:
    from PySide6.QtCore import QLibraryInfo

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    return [path for platform in platforms for path in sorted(folder.glob(f"libq{platform}.so"))]


def _missing_library(plugin: Path) -> str:
    """What the loader misses for a plugin that is there; "" where nothing is missing."""
    import ctypes

    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        # "libxcb-cursor.so.0: cannot open shared object file: ..."; the freezer puts a sentence of its own before it.
        return str(error.__cause__ or error).partition(":")[0]
    return ""


def _tell(lines: list[str]) -> None:
    if sys.stderr is not None:  # a windowed program on Windows has none
        sys.stderr.writelines(f"{line}\n" for line in lines)
        sys.stderr.flush()
