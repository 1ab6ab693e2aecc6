"""Whether anything can be kept in the settings folder is told beforehand, and telling writes nothing."""

from pathlib import Path

from procedure_viewer.settings.connections import Saved, load_saved
from procedure_viewer.settings.folder import NOWHERE, why_not_kept
from tests.disks import read_only, tiny_disk


def test_a_folder_that_is_there_or_can_be_made_is_good(tmp_path: Path) -> None:
    assert why_not_kept(tmp_path) == ""
    assert why_not_kept(tmp_path / "not" / "yet" / "there") == ""
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_can_not_be_written_to(tmp_path: Path) -> None:
    with read_only(tmp_path):
        assert why_not_kept(tmp_path) == "Read-only file system"
        assert why_not_kept(tmp_path / ".config" / "procedure-viewer") == "Read-only file system"


def test_a_disk_without_room(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "full", "16k") as folder:
        assert why_not_kept(folder) == ""
        (folder / "filler").write_bytes(bytes(16 * 1024))
        assert why_not_kept(folder) == "No space left on device"


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("")
    assert why_not_kept(tmp_path / "settings") == "Not a directory"
    assert why_not_kept(tmp_path / "settings" / "below") == "Not a directory"


def test_an_account_without_a_home() -> None:
    assert why_not_kept(NOWHERE) == "This account has no home folder"
    assert load_saved(NOWHERE) == Saved()
