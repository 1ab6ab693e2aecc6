"""Rule 19: nothing of anybody's health is written unless the reader exports it, also not by previews and copies."""

import os
import subprocess
import sys
from pathlib import Path

from procedure_viewer.export.formats import Format
from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from tests.desk import Desk

CANARIES = (b"okafor", b"ngozi", b"104477201")


def telling(folder: Path) -> list[str]:
    """Files below `folder` that hold, or are named by, something of the patient."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        if any(canary in content or canary in str(path).lower().encode() for canary in CANARIES):
            found.append(path.relative_to(folder).as_posix())
    return found


def test_a_tour_leaves_its_export_and_nothing_else_of_the_patient(tmp_path: Path) -> None:
    """Pictures are pictures; the exported file is what was asked for."""
    places = {name: str(tmp_path / name.lower()) for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir()
    result = subprocess.run(
        [sys.executable, "-m", "procedure_viewer", "--demo", "--tour", str(tmp_path / "tour"), "--find", "okafor 1957"],
        env={**os.environ, **places, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=100,
        check=False,
    )
    assert result.returncode == 0
    assert not any(canary in (result.stdout + result.stderr).lower() for canary in CANARIES)
    assert [name for name in telling(tmp_path) if not name.startswith("tour/Procedure-")] == []


def test_what_is_looked_at_and_not_written_leaves_nothing(demo_desk: Desk, tmp_path: Path) -> None:
    desk = demo_desk
    desk.read_chart("okafor 1957-03-02")
    dialog = desk.ask_to_export_all()
    dialog.choose_path(tmp_path / "never")
    for chosen in (Format.BUNDLE, Format.FILES, Format.NDJSON, Format.CSV, Format.PDF):
        dialog.formats[chosen].click()
    desk.wait(lambda: dialog.preview.paging.paper is not None)
    dialog.reject()
    desk.window.actions_by_name["print"].trigger()
    pages = desk.window.findChild(PrintPreviewDialog)
    assert isinstance(pages, PrintPreviewDialog)
    desk.wait(lambda: pages.is_ready)
    pages.reject()
    desk.window.copying.copy_rows()
    desk.window.close()
    assert telling(tmp_path) == []
    assert not (tmp_path / "never").exists()
