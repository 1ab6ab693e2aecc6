"""Rule 20: exports are whole or not there, for their reader alone, and replace nothing without asking."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from procedure_viewer.export.formats import Format
from tests.desk import Desk
from tests.disks import tiny_disk

FILES = [Format.BUNDLE, Format.NDJSON, Format.CSV, Format.PDF]


def begin(desk: Desk, chosen: Format, path: Path, *, seal: bool = True) -> None:
    """Export all that the list shows."""
    dialog = desk.ask_to_export_all()
    dialog.formats[chosen].click()
    dialog.seal.setChecked(seal)
    dialog.choose_path(path)
    dialog.accept()


@pytest.fixture
def reading(demo_desk: Desk) -> Desk:
    demo_desk.read_chart("okafor 1957-03-02")
    return demo_desk


@pytest.mark.parametrize("chosen", [*FILES, Format.FILES])
def test_they_are_their_reader_s_alone(reading: Desk, tmp_path: Path, chosen: Format) -> None:
    before = os.umask(0)
    try:
        folder = tmp_path / "out"
        folder.mkdir()
        with reading.bot.waitSignal(reading.window.exporter.exported, timeout=20_000):
            begin(reading, chosen, folder / "all")
    finally:
        os.umask(before)
    made = list(folder.rglob("*"))
    assert len(made) >= 2
    assert {(path.is_dir(), path.stat().st_mode & 0o777) for path in made} <= {(False, 0o600), (True, 0o700)}
    assert [path.name for path in made if path.name.startswith(".")] == []


@pytest.mark.parametrize("chosen", FILES)
@pytest.mark.parametrize("taken", ["file", "manifest"])
def test_what_is_there_is_asked_about_and_stays_until_then(
    reading: Desk, tmp_path: Path, chosen: Format, taken: str
) -> None:
    begin(reading, chosen, tmp_path / "first")
    reading.wait(lambda: not reading.session.exporting)
    (name,) = [path.name for path in tmp_path.glob("first*") if not path.name.endswith(".manifest.json")]
    target = tmp_path / name.replace("first", "second")
    there = target if taken == "file" else target.with_name(target.name + ".manifest.json")
    there.write_text("older")
    begin(reading, chosen, target)
    reading.wait(lambda: bool(reading.window.findChildren(QPushButton, "replaceYes")))
    assert [path.name for path in tmp_path.glob("second*")] == [there.name]
    assert there.read_text() == "older"
    with reading.bot.waitSignal(reading.window.exporter.exported, timeout=20_000):
        reading.window.findChildren(QPushButton, "replaceYes")[0].click()
    assert len(list(tmp_path.glob("second*"))) == 2
    assert there.read_bytes() != b"older"


@pytest.mark.parametrize("chosen", [*FILES, Format.FILES])
def test_a_disk_that_fills_up_leaves_the_old_file_and_no_part_of_the_new(
    reading: Desk, tmp_path: Path, chosen: Format
) -> None:
    with tiny_disk(tmp_path / "small", "32k") as folder:
        (folder / "all.old").write_text("older")
        begin(reading, chosen, folder / "all")
        reading.wait_for_error()
        dialog = reading.window.errors.current
        assert dialog is not None
        assert dialog.windowTitle() == "The file could not be written"
        dialog.reject()
        assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("all.old", "older")]
