"""The program's icon in the forms of Windows and macOS, drawn by Qt from the SVG of the resources.

Usage: python packaging/icons.py FILE.ico | FILE.icns

Both forms are a list of pictures of several sizes, and both take PNG (Windows since Vista, macOS since 10.7).
"""

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QRectF
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).parents[1] / "resources/icons/procedure-viewer.svg"
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""What Windows shows at 100, 125, 150 and 200 percent."""
ICNS_KINDS = {
    "ic07": 128,
    "ic08": 256,
    "ic09": 512,
    "ic10": 1024,
    "ic11": 32,
    "ic12": 64,
    "ic13": 256,
    "ic14": 512,
}
"""macOS' names of the sizes in pixels: 128 to 512, and from ic10 on those of screens with twice as many, 16 to 512.

Its two names for 16 and 32 pixels of usual screens are shown broken where they hold a PNG; it shrinks the next one.
"""


def ico(drawing: Path = DRAWING) -> bytes:
    """An .ico file: a header, an entry for each picture (0 stands for 256 pixels), the pictures."""
    pictures = [png(drawing, size) for size in ICO_SIZES]
    entries, place = b"", 6 + 16 * len(pictures)
    for size, picture in zip(ICO_SIZES, pictures, strict=True):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + b"".join(pictures)


def icns(drawing: Path = DRAWING) -> bytes:
    """An .icns file: the length of it all, then each picture behind its kind and length."""
    pictures = b""
    for kind, size in ICNS_KINDS.items():
        picture = png(drawing, size)
        pictures += struct.pack(">4sI", kind.encode(), 8 + len(picture)) + picture
    return struct.pack(">4sI", b"icns", 8 + len(pictures)) + pictures


def png(drawing: Path, size: int) -> bytes:
    """The drawing on nothing, so many pixels wide and high."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    buffer = QBuffer()
    if not QImageWriter(buffer, b"png").write(image):
        raise OSError(f"{drawing} can't be drawn")
    return bytes(buffer.data().data())


FORMS = {".ico": ico, ".icns": icns}


def main(target: Path) -> None:
    """Write the icon in the form that the file's name asks for."""
    application = QGuiApplication.instance() or QGuiApplication([sys.argv[0], "-platform", "offscreen"])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(FORMS[target.suffix]())
    del application


if __name__ == "__main__":
    main(Path(sys.argv[1]))
