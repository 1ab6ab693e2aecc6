"""An X display of the tests' own: Xvfb for the screen, xdotool for the hands."""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QColor, QImage

MISSING = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
WIDTH, HEIGHT = 1400, 900


_CLIENT_MESSAGE = 33


class _ClientMessage(ctypes.Structure):
    """XClientMessageEvent of X11/Xlib.h, as long as the longest event."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),
    )


@dataclass(frozen=True, slots=True)
class Display:
    """A running X server without a window manager: a window has the keyboard when it is told so."""

    name: str
    """What DISPLAY has to be, such as ":99"."""
    framebuffer: Path

    def windows(self, title: str, pid: int | None = None) -> list[str]:
        """The ids of the windows on the screen whose title matches, of process `pid` or of any."""
        whose = [] if pid is None else ["--pid", str(pid)]
        return self._xdotool("search", "--all", "--onlyvisible", *whose, "--name", title, check=False).split()

    def title(self, window: str) -> str:
        """The title of a window."""
        return self._xdotool("getwindowname", window, check=False)

    def clipboard(self, mode: str = "Clipboard") -> str:
        """What is in the clipboard, or with "Selection" what is selected somewhere, as another program gets it."""
        script = (
            "import sys\nfrom PySide6.QtGui import QClipboard\nfrom PySide6.QtWidgets import QApplication\n"
            "application = QApplication([])\n"
            "print(application.clipboard().text(QClipboard.Mode[sys.argv[1]]), end='')"
        )
        return subprocess.run(
            [sys.executable, "-c", script, mode], env=self._environment(), capture_output=True, text=True, check=True
        ).stdout

    @contextmanager
    def copied_elsewhere(self, text: str) -> Iterator[None]:
        """Another program has put this into the clipboard, and runs as long as the block."""
        script = (
            "import sys\nfrom PySide6.QtWidgets import QApplication\napplication = QApplication([])\n"
            "application.clipboard().setText(sys.argv[1])\nprint('copied', flush=True)\napplication.exec()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", script, text], env=self._environment(), stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "copied\n"
            yield
            other.terminate()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def focus(self, window: str) -> None:
        """Give the keyboard to a window, as a window manager would."""
        self._xdotool("windowfocus", "--sync", window)

    def raise_up(self, window: str) -> None:
        """Put a window before all others."""
        self._xdotool("windowraise", window)

    def move(self, window: str, left: int, top: int) -> None:
        """Put a window's corner at a place, in pixels; beyond the screen's edge it is out of sight."""
        self._xdotool("windowmove", window, str(left), str(top))

    def press(self, *keys: str) -> None:
        """Press and release keys, by X's names for them, in whatever window has the keyboard."""
        self._xdotool("key", "--delay", "0", *keys)

    def type(self, text: str) -> None:
        """Type a line in whatever window has the keyboard; it passes by standard input, as a secret may be in it."""
        self._xdotool("type", "--delay", "1", "--file", "-", typed=text)

    def resize(self, window: str, width: int, height: int) -> None:
        """Give a window another size, in pixels."""
        self._xdotool("windowsize", window, str(width), str(height))

    def ask_to_close(self, window: str) -> None:
        """What the cross in a title bar does: a message to the window (ICCCM 4.2.8.1)."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        connection = ctypes.c_void_p(x11.XOpenDisplay(self.name.encode()))
        protocols, delete = (
            x11.XInternAtom(connection, name, False) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
        )
        message = _ClientMessage(_CLIENT_MESSAGE, window=int(window), message_type=protocols, format=32)
        message.data[0] = delete
        sent = x11.XSendEvent(connection, ctypes.c_ulong(int(window)), False, ctypes.c_long(0), ctypes.byref(message))
        x11.XCloseDisplay(connection)
        assert sent

    def picture(self) -> QImage:
        """What is on the screen now, pixel by pixel."""
        dump = self.framebuffer.read_bytes()
        # XWD version 7: 25 numbers, big end first; then the window's name and the colour map, then the pixels.
        header = struct.unpack(">25I", dump[:100])
        header_size, width, height, bytes_per_line, colours = (header[index] for index in (0, 4, 5, 12, 19))
        pixels = dump[header_size + 12 * colours :]
        return QImage(pixels, width, height, bytes_per_line, QImage.Format.Format_RGB32).copy()

    def _xdotool(self, *arguments: str, typed: str = "", check: bool = True) -> str:
        finished = subprocess.run(
            ["xdotool", *arguments],
            input=typed,
            env={**os.environ, "DISPLAY": self.name},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert finished.returncode == 0 or not check, finished.stderr
        return finished.stdout


def colours(picture: QImage) -> int:
    """How many colours a picture has: a blank one has 1."""
    return len(set(_pixels(picture)))


def amount(picture: QImage, colour: str) -> int:
    """How many pixels of a picture have exactly this colour."""
    return list(_pixels(picture)).count(QColor(colour).rgb())


def _pixels(picture: QImage) -> memoryview:
    # The fourth byte of a screen's pixel means nothing; converting sets it.
    opaque = picture.convertToFormat(QImage.Format.Format_RGB888).convertToFormat(QImage.Format.Format_RGB32)
    return memoryview(bytes(opaque.constBits())).cast("I")


@contextmanager
def new_display(folder: Path) -> Iterator[Display]:
    """A display with a free number, which ends with the block; its screen lies in a file in `folder`."""
    reading, writing = os.pipe()
    with (
        os.fdopen(reading) as number,
        (folder / "Xvfb.log").open("wb") as log,
        subprocess.Popen(
            # Without -noreset the server starts anew, deaf for a moment, whenever its last client leaves.
            [
                *("Xvfb", "-displayfd", str(writing), "-noreset", "-nolisten", "tcp"),
                *("-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder)),
            ],
            pass_fds=[writing],
            stdout=log,
            stderr=log,
        ) as server,
    ):
        os.close(writing)
        try:
            found = number.readline().strip()
            assert found, (folder / "Xvfb.log").read_text()
            yield Display(f":{found}", folder / "Xvfb_screen0")
        finally:
            server.terminate()
