"""Exports that take a while: how far they are is told, they can be stopped, and nothing half done is left."""

from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.formats import Format, Order
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.printing.paper import Paper, PaperSize
from procedure_viewer.ui import leaving
from procedure_viewer.ui.exports import ExportJob, Exports
from tests.desk import Desk
from tests.extracts import extract_of, several

MANY = 20_000
"""Records that take some seconds to write: time enough to stop in the middle."""


class StopInTheMiddle(QObject):
    """Stops at the first word of how far it is."""

    def __init__(self, exports: Exports) -> None:
        super().__init__()
        self.exports = exports
        self.told: list[tuple[int, int]] = []
        exports.progressed.connect(self.stop)

    @Slot(object, int, int)
    def stop(self, _job: ExportJob, done: int, total: int) -> None:
        """Note it, and stop."""
        self.told.append((done, total))
        self.exports.cancel()


@cache
def extract_with(count: int) -> Extract:
    """One that never changes: making many records takes as long as stopping their export."""
    return extract_of(several(count))


def order_for(chosen: Format, count: int = MANY) -> tuple[Order, Paper | None]:
    extract = extract_with(count)
    return Order(extract, chosen, seal=True), Paper(extract, PaperSize.A4) if chosen is Format.PDF else None


@pytest.mark.parametrize(
    ("chosen", "is_there"),
    [(Format.CSV, False), (Format.CSV, True), (Format.PDF, False), (Format.PDF, True), (Format.FILES, False)],
)
def test_an_export_that_is_stopped_leaves_nothing(desk: Desk, tmp_path: Path, chosen: Format, is_there: bool) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "all"
    if is_there:
        target.write_text("older")
    order, paper = order_for(chosen)
    stopping = StopInTheMiddle(desk.session.exports)
    with desk.bot.waitSignal(desk.session.exports.ended, timeout=30_000):
        desk.session.exports.write(target, order, replace=True, paper=paper)
    assert stopping.told[0][0] < stopping.told[0][1]
    assert desk.window.foot.note.whole_text == "The export was cancelled, and nothing was written"
    if is_there:
        assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("all", "older")]
    else:
        assert list(folder.iterdir()) == []


def test_how_far_it_is_stands_at_the_foot_with_a_way_to_stop(desk: Desk, tmp_path: Path) -> None:
    line = desk.window.foot.export
    order, _ = order_for(Format.CSV)
    desk.session.exports.write(tmp_path / "all.csv", order, replace=False)
    desk.wait(line.isVisible)
    assert 0 < line.bar.value() < line.bar.maximum() == MANY
    line.cancel.click()
    desk.wait(lambda: not desk.session.exporting)
    assert not line.isVisible()
    assert list(tmp_path.glob("*.csv*")) == []


def test_what_waits_behind_an_export_that_is_stopped_is_not_begun(desk: Desk, tmp_path: Path) -> None:
    exports = desk.session.exports
    order, _ = order_for(Format.CSV, count=3)
    cancelled: list[ExportJob] = []
    told: list[ExportJob] = []
    exports.cancelled.connect(cancelled.append)
    exports.progressed.connect(lambda job, _done, _total: told.append(job))
    with desk.bot.waitSignal(exports.ended, timeout=30_000):
        for name in ("1.csv", "2.csv"):
            exports.write(tmp_path / name, order, replace=False)
        exports.cancel()
    assert [job.path.name for job in cancelled] == ["1.csv", "2.csv"]
    assert told == []
    assert list(tmp_path.glob("*.csv*")) == []


def test_a_program_that_ends_in_the_middle_of_an_export_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    order, _ = order_for(Format.CSV)
    with desk.bot.waitSignal(desk.session.exports.progressed, timeout=30_000):
        desk.session.exports.write(folder / "all.csv", order, replace=False)
    assert any(path.name.endswith(".part") for path in folder.iterdir())
    assert desk.gateway.shutdown(5)
    assert list(folder.iterdir()) == []


def test_pages_that_can_not_be_laid_out_are_a_failure_and_the_next_export_is_written(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of our own is the one thing that can't be had for real."""
    monkeypatch.setattr(Paper, "laying_out", lambda _self: iter([1 // 0 for _ in range(1)]))
    exports = desk.session.exports
    order, paper = order_for(Format.PDF, count=3)
    failed: list[Problem] = []
    exports.failed.connect(lambda _job, problem: failed.append(problem))
    with desk.bot.waitSignal(exports.ended, timeout=5_000):
        exports.write(tmp_path / "pages.pdf", order, replace=False, paper=paper)
        exports.write(tmp_path / "table.csv", order_for(Format.CSV, count=3)[0], replace=False)
    assert [problem.kind for problem in failed] == [Kind.INTERNAL]
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["table.csv", "table.csv.manifest.json"]
    desk.window.errors.current.reject()  # type: ignore[union-attr]


def test_a_window_that_is_closed_waits_for_an_export_as_long_as_it_goes_on(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "EXPORT_PATIENCE", 300)  # an export takes longer than five seconds only with patience
    order, _ = order_for(Format.CSV, count=6_000)
    target = tmp_path / "all.csv"
    there_when_closed: list[bool] = []
    desk.window.closed.connect(lambda: there_when_closed.append(target.exists()))
    with desk.bot.waitSignal(desk.session.exports.progressed, timeout=30_000):
        desk.session.exports.write(target, order, replace=False)
    with desk.bot.waitSignal(desk.window.closed, timeout=30_000):
        desk.window.close()
        assert desk.window.isVisible()
    assert there_when_closed == [True]
