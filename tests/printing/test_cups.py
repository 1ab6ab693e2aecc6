"""Printing through a real CUPS: a scheduler of the test's own, with a queue that keeps what it is given.

https://www.cups.org/doc/man-cupsd.conf.html
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.desktop.waiting import eventually
from tests.printing.reading import facts_about, in_one_line, pages_of

_SCHEDULER = shutil.which("cupsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_ADMIN = shutil.which("lpadmin", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    _SCHEDULER is None or _ADMIN is None, reason="needs CUPS (packages cups-daemon and cups-client)"
)
_RULES = """
LogLevel warn
DirtyCleanInterval 0
Listen {folder}/socket
DefaultAuthType None
WebInterface No
Browsing No
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
JobPrivateAccess all
JobPrivateValues none
SubscriptionPrivateAccess all
SubscriptionPrivateValues none
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""
_PLACES = """
FileDevice Yes
ServerRoot {folder}
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/state
AccessLog {folder}/access_log
ErrorLog {folder}/error_log
PageLog {folder}/page_log
SystemGroup root
Group nogroup
"""
_PROGRAM = """
import sys
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QApplication
from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.printing.printer import print_in_steps, printer_for
from tests.extracts import extract_of, several
from tests.printing.reading import finished, laid_out

application = QApplication([])
assert QPrinterInfo.availablePrinterNames() == ["Ward"], QPrinterInfo.availablePrinterNames()
paper = laid_out(extract_of(several(60)), PaperSize(sys.argv[1]))
printer = printer_for(paper)
printer.setPrinterName("Ward")
finished(print_in_steps(paper, printer))
print(paper.page_count)
"""

_LOCKED_WITH_PROPERTIES_OPEN = """
from PySide6.QtCore import QTimer, Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from tests.extracts import extract_of, simple

application = QApplication([])
window = QWidget()
window.show()
dialog = PrintPreviewDialog([Offered("all", extract_of([simple(1)]))], PaperSize.A4, window)
dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


def look():
    dialog.ask()
    [properties] = [one for one in dialog.system.findChildren(QPushButton) if one.text() == "P&roperties"]
    watch = QTimer(application)
    watch.timeout.connect(leave)
    watch.start()
    properties.click()  # an event loop of its own
    QTimer.singleShot(0, application.quit)


def leave():
    windows = [one for one in application.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    if len(windows) == 3:
        dialog.reject()
        assert not any(one.isVisible() for one in windows)


assert dialog.is_ready  # one record is laid out at once
QTimer.singleShot(0, look)
dialog.open()
application.exec()
print("survived")
"""
_DIALOG = """
import sys
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget
from procedure_viewer.printing.paper import PaperSize
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.print_dialog import PrintPreviewDialog
from tests.extracts import extract_of, simple

application = QApplication([])
window = QWidget()
records = extract_of([simple(number) for number in range(60)])
dialog = PrintPreviewDialog([Offered("All", records)], PaperSize(sys.argv[1]), window)
printed = QEventLoop()
dialog.printed.connect(printed.quit)
dialog.open()
while not dialog.is_ready:
    application.processEvents()
pages = dialog.paging.paper.page_count
dialog.go.click()
dialog.system.accept()
printed.exec()
print(pages)
"""


@pytest.fixture
def scheduler() -> Iterator[Path]:
    """The folder of a scheduler that runs, with one queue, "Ward", that never prints what it takes."""
    # A socket's path may have 107 characters: pytest's own folders are too deep.
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, check=True).stdout.decode().strip())
    for name in ("spool", "spool/tmp", "cache", "state", "ppd"):
        (folder / name).mkdir()
    (folder / "cupsd.conf").write_text(_RULES.format(folder=folder))
    (folder / "cups-files.conf").write_text(_PLACES.format(folder=folder))
    assert _SCHEDULER is not None
    assert _ADMIN is not None
    command = [_SCHEDULER, "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        queue = [_ADMIN, "-h", str(folder / "socket"), "-p", "Ward", "-v", "file:///dev/null", "-m", "raw"]

        def is_set_up() -> bool:
            return process.poll() is not None or not subprocess.run(queue, capture_output=True).returncode

        eventually(is_set_up, "a print queue")
        if process.poll() is not None:
            pytest.skip("CUPS does not start here")
        accept = [str(Path(_ADMIN).with_name("cupsaccept")), "-h", str(folder / "socket"), "Ward"]
        subprocess.run(accept, check=True, capture_output=True)
        yield folder
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("program", [_PROGRAM, _DIALOG], ids=["directly", "by the dialogs"])
@pytest.mark.parametrize(("size", "sheet"), [("a4", "595 x 842"), ("letter", "612 x 792")])
def test_a_queue_is_given_the_pages_and_no_name(scheduler: Path, size: str, sheet: str, program: str) -> None:
    environment = os.environ | {"CUPS_SERVER": str(scheduler / "socket"), "PYTHONPATH": str(ROOT)}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    ran = subprocess.run(
        [sys.executable, "-c", program, size], env=environment, capture_output=True, timeout=60, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr.decode()
    (job,) = (scheduler / "spool").glob("d*-001")
    pages = pages_of(job)
    assert len(pages) == int(ran.stdout)
    for number, page in enumerate(pages):
        assert in_one_line(page).startswith("OKAFOR, Ngozi Born 02 Mar 1957 (69 y) Sex Female MRN 0104477201")
        assert f"Page {number + 1} of {len(pages)}" in page
    about = facts_about(job)
    assert about["Page size"].startswith(sheet)
    assert about["Title"] == "Procedures"
    told = eventually(lambda: next((scheduler / "spool").glob("c*"), None), "what is told of the job")
    assert told is not None
    assert b"Procedures" in told.read_bytes()
    assert b"okafor" not in told.read_bytes().lower()


def test_a_window_that_locks_while_a_printer_s_properties_are_looked_at_survives(scheduler: Path) -> None:
    environment = os.environ | {"CUPS_SERVER": str(scheduler / "socket"), "PYTHONPATH": str(ROOT)}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    ran = subprocess.run(
        [sys.executable, "-c", _LOCKED_WITH_PROPERTIES_OPEN],
        env=environment,
        capture_output=True,
        timeout=60,
        cwd=ROOT,
    )
    assert (ran.returncode, ran.stdout) == (0, b"survived\n"), ran.stderr.decode()
