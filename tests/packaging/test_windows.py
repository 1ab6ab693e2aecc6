"""The Windows installer, as far as it can be looked at without Windows; `make try-windows` tries it under Wine."""

import re
import shutil
import subprocess
from pathlib import Path

import file_list
import icons
import pytest
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QApplication

from tests.conftest import ROOT

WINDOWS = ROOT / "packaging/windows"
SCRIPT = (WINDOWS / "installer.nsi").read_text(encoding="utf-8")
RUNNING = (WINDOWS / "running.nsh").read_text(encoding="utf-8")


def test_it_takes_away_what_it_brought_and_nothing_else() -> None:
    files = [Path("program.exe"), Path("_internal/Qt/a.dll"), Path("_internal/b.pyd")]
    assert list(file_list.commands(files)) == [
        r'Delete "$INSTDIR\_internal\b.pyd"',
        r'Delete "$INSTDIR\_internal\Qt\a.dll"',
        r'Delete "$INSTDIR\program.exe"',
        r'RMDir "$INSTDIR\_internal\Qt"',  # which removes empty ones only
        r'RMDir "$INSTDIR\_internal"',
    ]
    assert "RMDir /r" not in SCRIPT  # which would take along what is somebody else's


def test_a_dollar_sign_in_a_name_begins_no_variable() -> None:
    assert list(file_list.commands([Path("a$INSTDIR.txt")])) == [r'Delete "$INSTDIR\a$$INSTDIR.txt"']


def test_the_list_says_how_much_room_the_files_need(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/one").write_bytes(b"1" * 3000)
    file_list.main(tmp_path / "tree", tmp_path / "files.nsh")
    assert "!define INSTALLED_KILOBYTES 3" in (tmp_path / "files.nsh").read_text(encoding="utf-8-sig")


def test_the_list_of_programs_is_told_what_it_shows() -> None:
    values = set(re.findall(r'WriteReg\w+ SHCTX "\$\{UNINSTALL_KEY\}" "(\w+)"', SCRIPT))
    assert values == {
        "DisplayIcon",
        "DisplayName",
        "DisplayVersion",
        "EstimatedSize",
        "InstallLocation",
        "NoModify",
        "NoRepair",
        "Publisher",
        "QuietUninstallString",
        "UninstallString",
    }


def test_its_exit_codes_are_those_that_are_documented() -> None:
    documented = dict(re.findall(r"^; +(\d+)  (\S.*)$", SCRIPT, re.MULTILINE))
    defined = set(re.findall(r"!define EXIT_\w+ (\d+)", SCRIPT))
    assert set(documented) == defined | {"0", "2"}
    tried = (WINDOWS / "trial/setups.py").read_text(encoding="utf-8")
    assert "DONE, FAILED, NO_ROOM, OLD_WINDOWS, RUNS = 0, 2, 112, 1150, 1618" in tried
    for code in re.findall(r"\| `(\d+)` \|", (WINDOWS / "README.md").read_text(encoding="utf-8")):
        assert code in documented


def test_nothing_is_asked_in_silence() -> None:
    """A question without an answer of its own would wait for ever, where nobody sees it."""
    for line in (SCRIPT + RUNNING).splitlines():
        assert "MessageBox" not in line or "/SD " in line or line.startswith(";")


def test_both_programs_are_looked_at_before_anything_is_touched() -> None:
    for section in ("Section\n", "Section Uninstall\n"):
        first = SCRIPT.partition(section)[2].splitlines()[0]
        assert "RefuseWhileRunning" in first
    assert '"${PROGRAM}"' in RUNNING
    assert '"${COMMAND}"' in RUNNING


@pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS is not here")
def test_it_compiles_without_a_warning(tmp_path: Path, qapp: QApplication) -> None:
    tree = tmp_path / "tree"
    (tree / "_internal").mkdir(parents=True)
    for name in ("procedure-viewer.exe", "procedure-viewer-cli.exe", "_internal/a.dll"):
        (tree / name).write_bytes(b"MZ")
    file_list.main(tree, tmp_path / "files.nsh")
    (tmp_path / "icon.ico").write_bytes(icons.ico())
    defines = {
        "VERSION": "1.2.3",
        "TREE": tree,
        "FILE_LIST": tmp_path / "files.nsh",
        "ICON": tmp_path / "icon.ico",
        "OUTPUT": tmp_path / "made.exe",
    }
    done = subprocess.run(
        [
            "makensis",
            "-V2",
            "-WX",
            *(f"-D{name}={value}" for name, value in defines.items()),
            WINDOWS / "installer.nsi",
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "made.exe").read_bytes().startswith(b"MZ")


@pytest.mark.parametrize("form", ["ico", "icns"])
def test_the_icon_has_every_size(form: str, qapp: QApplication) -> None:
    content = getattr(icons, form)()
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(form.encode()))
    wanted = icons.ICO_SIZES if form == "ico" else tuple(icons.ICNS_KINDS.values())
    assert reader.imageCount() == len(wanted)
    widths = []
    for number in range(reader.imageCount()):
        reader.jumpToImage(number)
        widths.append(reader.read().width())
    assert sorted(widths) == sorted(wanted)
