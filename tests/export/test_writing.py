"""An order is carried out whole or not at all: with progress, stopped anywhere, for the owner alone."""

import errno
import os
import stat
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from procedure_viewer.export import writing
from procedure_viewer.export.formats import Format, Order, formats_for
from procedure_viewer.export.writing import Cancelled, write_order
from tests.disks import read_only, tiny_disk
from tests.export.reading import written
from tests.extracts import extract_anyhow, record

SEVERAL = [record(number) for number in range(7)]
PDF = b"%PDF-1.4 pages"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")


def order_for(chosen: Format, *, seal: bool, raws: list[bytes] = SEVERAL) -> Order:
    extract = extract_anyhow(raws[:1] if chosen is Format.JSON else raws)
    assert chosen in formats_for(extract)
    return Order(extract, chosen, seal=seal, pdf=PDF if chosen is Format.PDF else b"")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


each_format = pytest.mark.parametrize("chosen", list(Format))
sealed_or_not = pytest.mark.parametrize("seal", [True, False], ids=["sealed", "plain"])


@each_format
@sealed_or_not
def test_what_was_made_is_told_and_nothing_else_is_there(chosen: Format, seal: bool, tmp_path: Path) -> None:
    path = tmp_path / "out"
    paths = written(order_for(chosen, seal=seal), path)
    assert paths[0] == path
    if chosen is Format.FILES:
        assert paths == (path,)
        assert len(list(path.iterdir())) == len(SEVERAL) + seal
        assert (path / "manifest.json").exists() == seal
    else:
        assert paths[1:] == ((tmp_path / "out.manifest.json",) if seal else ())
    assert set(tmp_path.iterdir()) == set(paths)


@posix_only
@each_format
@sealed_or_not
def test_it_is_the_owners_alone_from_the_first_byte(
    chosen: Format, seal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing: list[tuple[str, int]] = []

    def look(done: int, total: int) -> None:
        passing.extend((path.name, stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.rglob("*"))

    before = os.umask(0)
    try:
        write_order(
            tmp_path / "out", order_for(chosen, seal=seal), replace=False, progress=look, cancelled=lambda: False
        )
    finally:
        os.umask(before)
    assert passing
    hidden = [
        (name, mode) for name, mode in passing if name.startswith(".procedure-viewer-") and name.endswith(".part")
    ]
    assert hidden
    assert all("Procedure-" in name or (name, mode) in hidden for name, mode in passing)
    for path in tmp_path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert {mode for _, mode in passing} <= {0o600, 0o700}


@each_format
@sealed_or_not
def test_progress_goes_up_to_all_of_them(chosen: Format, seal: bool, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    order = order_for(chosen, seal=seal)
    write_order(
        tmp_path / "out",
        order,
        replace=False,
        progress=lambda done, total: told.append((done, total)),
        cancelled=lambda: False,
    )
    assert {total for _, total in told} == {order.extract.count}
    done = [done for done, _ in told]
    assert done == sorted(done)
    assert done[-1] == order.extract.count


@each_format
@sealed_or_not
@pytest.mark.parametrize("there", [True, False], ids=["replacing", "new"])
def test_stopped_anywhere_it_leaves_nothing_and_the_old_files(
    chosen: Format, seal: bool, there: bool, tmp_path: Path
) -> None:
    if there and chosen is not Format.FILES:
        (tmp_path / "out").write_bytes(b"old")
        (tmp_path / "out.manifest.json").write_bytes(b"old manifest")
    before = everything(tmp_path)
    for stop_at in range(1, 20):
        asked = 0

        def cancelled(stop_at: int = stop_at) -> bool:
            nonlocal asked
            asked += 1
            return asked == stop_at

        try:
            write_order(
                tmp_path / "out",
                order_for(chosen, seal=seal),
                replace=there,
                progress=lambda *_: None,
                cancelled=cancelled,
            )
        except Cancelled:
            assert everything(tmp_path) == before
            assert not list(tmp_path.glob(".*"))
        else:
            assert stop_at > 1
            break
    else:
        pytest.fail("it is never finished")


def test_stopped_in_the_middle_from_another_thread(tmp_path: Path) -> None:
    stop, reached, outcome = threading.Event(), threading.Event(), []

    def progress(done: int, _total: int) -> None:
        if done == 100:
            reached.set()
            stop.wait()

    def work() -> None:
        order = order_for(Format.CSV, seal=True, raws=[record(number) for number in range(1_000)])
        try:
            write_order(tmp_path / "out.csv", order, replace=False, progress=progress, cancelled=stop.is_set)
        except Cancelled:
            outcome.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    assert reached.wait(60)
    stop.set()
    thread.join(60)
    assert outcome == ["stopped"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", ["out", "out.manifest.json"])
def test_a_taken_name_is_told_whichever_it_is(taken: str, tmp_path: Path) -> None:
    (tmp_path / taken).write_bytes(b"somebody's")
    with pytest.raises(FileExistsError) as refusal:
        written(order_for(Format.CSV, seal=True), tmp_path / "out")
    assert refusal.value.filename == str(tmp_path / taken)
    assert everything(tmp_path) == {taken: b"somebody's"}
    written(order_for(Format.CSV, seal=True), tmp_path / "out", replace=True)
    assert len(everything(tmp_path)) == 2


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(FileExistsError) as refusal:
        written(order_for(Format.FILES, seal=True), tmp_path / "out", replace=True)
    assert refusal.value.filename == str(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@each_format
@sealed_or_not
def test_a_disk_that_is_full_or_read_only_keeps_the_old_file(chosen: Format, seal: bool, tmp_path: Path) -> None:
    order = order_for(chosen, seal=seal, raws=[record(number, ',"x":"' + "y" * 60_000 + '"') for number in range(4)])
    if chosen in (Format.CSV, Format.PDF):
        order = Order(
            extract_anyhow([record(1, f',"note":[{{"text":"{"y" * 19_000}"}}]')] * 9), chosen, pdf=b"p" * 99_999
        )
    with tiny_disk(tmp_path / "disk", "48k") as disk:
        if chosen is not Format.FILES:
            (disk / "out").write_bytes(b"old")
        before = everything(disk)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            written(order, disk / "out", replace=True)
        assert everything(disk) == before
        assert {path.name for path in disk.iterdir()} == set(before)
        with read_only(disk), pytest.raises(OSError, match=os.strerror(errno.EROFS)):
            written(order, disk / "out", replace=True)
        assert everything(disk) == before


# A slow machine's share: 10,000 are to be written within two seconds where the disk is no slower.
MOST_OF_THE_PROCESSOR = 0.0004
"""Seconds a record."""


@pytest.mark.parametrize(
    ("chosen", "count"),
    [(Format.BUNDLE, 10_000), (Format.FILES, 2_000), (Format.NDJSON, 10_000), (Format.CSV, 2_000)],
)
def test_thousands_take_little_of_the_processor(chosen: Format, count: int, tmp_path: Path) -> None:
    raws = [record(number, ',"performedDateTime":"2023-09-20","code":{"text":"Biopsy"}') for number in range(count)]
    order = Order(extract_anyhow(raws), chosen, seal=True)
    began = time.thread_time()
    written(order, tmp_path / "out")
    assert time.thread_time() - began < count * MOST_OF_THE_PROCESSOR


def test_a_long_export_rests_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window shares the interpreter with it."""
    now, rests = [0.0], list[float]()
    monkeypatch.setattr(writing, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=rests.append))

    def progress(_done: int, _total: int) -> None:
        now[0] += 0.4 * writing.WORK

    order = Order(extract_anyhow(map(record, range(9))), Format.NDJSON)
    write_order(tmp_path / "out", order, replace=False, progress=progress, cancelled=lambda: False)
    assert rests == [writing.BREATH] * 3
