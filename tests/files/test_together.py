"""Several files all or none, a folder whole or not at all: whatever gets in the way, what was there stays."""

import ctypes
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from procedure_viewer.files import flushing, together
from procedure_viewer.files.atomic import write_whole
from procedure_viewer.files.together import NewFile, write_folder, write_together
from tests.disks import read_only, tiny_disk
from tests.files.test_atomic import NOBODY, call_in_child

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")


class Stopped(Exception):
    """Stands for a cancellation."""


def stopping(*before: bytes) -> Iterator[bytes]:
    yield from before
    raise Stopped


def noting(asked: list[int]) -> Iterator[bytes]:
    """Content that notes when it is asked for."""
    asked.append(1)
    yield b"x"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def tree(folder: Path) -> dict[str, bytes]:
    """All files by their names within `folder`, hidden ones, too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def pair(folder: Path, first: bytes = b"file", second: bytes = b"manifest") -> list[NewFile]:
    return [NewFile(folder / "a.csv", [first]), NewFile(folder / "a.csv.manifest.json", [second])]


@posix_only
@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
@pytest.mark.parametrize("replace", [True, False])
def test_both_are_there_and_the_owners_alone(tmp_path: Path, umask: int, replace: bool) -> None:
    before = os.umask(umask)
    try:
        write_together(pair(tmp_path), replace=replace)
        write_folder(tmp_path / "folder", [NewFile(Path("a.json"), [b"a", b"b"])])
    finally:
        os.umask(before)
    assert tree(tmp_path) == {"a.csv": b"file", "a.csv.manifest.json": b"manifest", "folder/a.json": b"ab"}
    assert {mode(path) for path in tmp_path.rglob("*") if path.is_file()} == {0o600}
    assert mode(tmp_path / "folder") == 0o700


def test_the_second_is_made_when_the_first_is_known(tmp_path: Path) -> None:
    made: list[bytes] = []

    def first() -> Iterator[bytes]:
        for part in (b"a", b"b"):
            made.append(part)
            yield part

    files = [NewFile(tmp_path / "a", first()), NewFile(tmp_path / "b", (b"".join(made) for _ in range(1)))]
    write_together(files, replace=False)
    assert (tmp_path / "b").read_bytes() == b"ab"


@pytest.mark.parametrize("replace", [True, False])
@pytest.mark.parametrize("at", [0, 1])
def test_stopped_between_two_parts_nothing_is_left(tmp_path: Path, at: int, replace: bool) -> None:
    if replace:
        write_together(pair(tmp_path, b"old", b"old manifest"), replace=False)
    before = tree(tmp_path)
    files = pair(tmp_path)
    files[at] = NewFile(files[at].path, stopping(b"half"))
    with pytest.raises(Stopped):
        write_together(files, replace=replace)
    assert tree(tmp_path) == before


def test_a_stopped_folder_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        write_folder(tmp_path / "f", [NewFile(Path("a"), [b"a"]), NewFile(Path("b"), stopping(b"half"))])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", ["a.csv", "a.csv.manifest.json"])
def test_where_one_name_is_taken_neither_is_written(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_bytes(b"somebody's")
    asked: list[int] = []
    files = [NewFile(path, noting(asked)) for path, _ in pair(tmp_path)]
    with pytest.raises(FileExistsError) as refusal:
        write_together(files, replace=False)
    assert refusal.value.filename == str(tmp_path / taken)
    assert tree(tmp_path) == {taken: b"somebody's"}
    assert not asked, "it was known before the work"


@pytest.mark.parametrize("replace", [True, False])
def test_a_name_that_is_taken_meanwhile_takes_the_first_one_back(tmp_path: Path, replace: bool) -> None:
    """A folder can't be replaced by a file, whoever asked for it."""
    second = tmp_path / "a.csv.manifest.json"

    def taking() -> Iterator[bytes]:
        yield b"manifest"
        second.mkdir()
        (second / "theirs").write_bytes(b"theirs")

    files = [NewFile(tmp_path / "a.csv", [b"new"]), NewFile(second, taking())]
    if replace:
        (tmp_path / "a.csv").write_bytes(b"old")
    with pytest.raises((FileExistsError, IsADirectoryError, PermissionError)):
        write_together(files, replace=replace)
    old = {"a.csv": b"old"} if replace else {}
    assert tree(tmp_path) == old | {str(Path("a.csv.manifest.json/theirs")): b"theirs"}


@pytest.mark.parametrize("at", [0, 1])
def test_a_folder_in_the_place_of_a_file_is_never_replaced_or_moved(tmp_path: Path, at: int) -> None:
    files = pair(tmp_path)
    (files[at].path / "within").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_together(files, replace=True)
    assert [path.name for path in tmp_path.iterdir()] == [files[at].path.name]
    assert (files[at].path / "within").is_dir()


def refuse_second_replace(monkeypatch: pytest.MonkeyPatch, second: Path, number: int = errno.EIO) -> None:
    replace = Path.replace

    def refuse(source: Path, target: Path) -> Path:
        if target == second:
            raise OSError(number, os.strerror(number), str(target))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", refuse)


@posix_only
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("there", [True, False])
def test_where_the_second_fails_the_first_gets_its_old_content_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, links: bool
) -> None:
    first, second = pair(tmp_path)
    if there:
        write_together(pair(tmp_path, b"old", b"old manifest"), replace=False)
    inode = first.path.stat().st_ino if there else 0
    before = tree(tmp_path)
    if not links:

        def no_links(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", no_links)
    refuse_second_replace(monkeypatch, second.path)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_together([first, second], replace=True)
    assert tree(tmp_path) == before
    assert not there or first.path.stat().st_ino == inode, "the very file"


@posix_only
def test_what_somebody_else_put_there_meanwhile_stays_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = pair(tmp_path)
    replace = Path.replace

    def somebody_else(source: Path, target: Path) -> Path:
        if target != second.path:
            return replace(source, target)
        (tmp_path / "theirs").write_bytes(b"theirs")
        replace(tmp_path / "theirs", first.path)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "replace", somebody_else)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_together([first, second], replace=True)
    assert tree(tmp_path) == {"a.csv": b"theirs"}


@posix_only
@pytest.mark.parametrize("kind", ["file", "folder", "empty folder", "dangling link"])
def test_a_folder_replaces_nothing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "Procedures-p1"
    match kind:
        case "file":
            path.write_bytes(b"theirs")
        case "dangling link":
            path.symlink_to(tmp_path / "nowhere")
        case _:
            path.mkdir()
            if kind == "folder":
                (path / "theirs").write_bytes(b"theirs")
    before = (path.lstat().st_ino, tree(tmp_path))
    with pytest.raises(FileExistsError) as refusal:
        write_folder(path, [NewFile(Path("a"), [b"a"])])
    assert refusal.value.filename == str(path)
    assert (path.lstat().st_ino, tree(tmp_path)) == before


@posix_only
def test_a_folder_that_is_made_meanwhile_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "Procedures-p1"

    def making() -> Iterator[bytes]:
        yield b"a"
        path.mkdir()

    with pytest.raises(FileExistsError):
        write_folder(path, [NewFile(Path("a"), making())])
    assert list(path.iterdir()) == []
    assert [each.name for each in tmp_path.iterdir()] == ["Procedures-p1"]


def test_a_folder_that_does_not_get_its_name_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_folder(tmp_path / "f", [NewFile(Path("a"), [b"a"])])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all file systems are flushed, or each file")
def test_what_could_not_be_flushed_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    flushing.flush_file_system(tmp_path)
    with pytest.raises(FileNotFoundError):
        flushing.flush_file_system(tmp_path / "gone")
    monkeypatch.setattr(together, "flush_file_system", fail)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_folder(tmp_path / "f", [NewFile(Path("a"), [b"a"])])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all file systems are flushed, or each file")
def test_a_disk_that_says_it_could_not_write_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def syncfs(_descriptor: int) -> int:
        ctypes.set_errno(errno.EIO)
        return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace(syncfs=syncfs))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        flushing.flush_file_system(tmp_path)


def test_new_names_are_seen_onto_the_disk_once_all_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Path, set[str]]] = []

    def flush_folder(folder: Path) -> None:
        seen.append((folder, {path.name for path in folder.iterdir()}))

    monkeypatch.setattr(together, "flush_folder", flush_folder)
    write_together([NewFile(tmp_path / name, [b"x"]) for name in "ab"], replace=False)
    write_folder(tmp_path / "c", [])
    assert seen == [(tmp_path, {"a", "b"}), (tmp_path, {"a", "b", "c"})]


LARGE = b"x" * 40_000


def attempts(folder: Path, *, replace: bool = False) -> Iterator[str]:
    """Try each kind of writing in `folder`; gives the names of the errors."""
    halves = [NewFile(Path("1"), [LARGE]), NewFile(Path("2"), [LARGE])]
    for attempt in (
        partial(write_whole, folder / "b.json", LARGE * 2, replace=replace),
        partial(write_together, pair(folder, LARGE, LARGE), replace=replace),
        partial(write_together, pair(folder, b"small", LARGE * 2), replace=replace),
        partial(write_folder, folder / "f", halves),
    ):
        try:
            attempt()
        except OSError as error:
            yield errno.errorcode[error.errno or 0]
        else:
            yield ""


@pytest.mark.parametrize("replace", [True, False])
def test_on_a_full_disk_nothing_is_left_and_the_old_files_are_whole(tmp_path: Path, replace: bool) -> None:
    with tiny_disk(tmp_path / "disk", "64k") as disk:
        if replace:
            write_together(pair(disk, b"old", b"old manifest"), replace=False)
        before = tree(disk)
        assert set(attempts(disk, replace=replace)) == {"ENOSPC"}
        assert tree(disk) == before
        assert {path.name for path in disk.iterdir()} == set(before)


@pytest.mark.parametrize("replace", [True, False])
def test_on_a_read_only_disk(tmp_path: Path, replace: bool) -> None:
    write_together(pair(tmp_path, b"old", b"old manifest"), replace=False)
    before = tree(tmp_path)
    with read_only(tmp_path):
        if replace:
            assert set(attempts(tmp_path, replace=True)) == {"EROFS"}
        else:
            assert set(attempts(tmp_path)) == {"EROFS", "EEXIST"}
    assert tree(tmp_path) == before


@pytest.mark.parametrize("written", ["file", "pair", "folder"])
def test_a_drive_that_vanishes_while_it_is_written_to(tmp_path: Path, written: str) -> None:
    """As a network drive that is let go under a program: what it had open still takes the bytes, its path is gone."""
    with tiny_disk(tmp_path / "disk", "1m") as drive:

        def vanishing() -> Iterator[bytes]:
            yield LARGE
            subprocess.run(["umount", "--lazy", drive], check=True)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", drive], check=True)
            yield LARGE

        writers = {
            "file": lambda: write_together([NewFile(drive / "a", vanishing())], replace=False),
            "pair": lambda: write_together(
                [NewFile(drive / "a", vanishing()), NewFile(drive / "b", [b"b"])], replace=True
            ),
            "folder": lambda: write_folder(drive / "f", [NewFile(Path("1"), vanishing()), NewFile(Path("2"), [b"2"])]),
        }
        with pytest.raises(FileNotFoundError):
            writers[written]()
        assert list(drive.iterdir()) == []


PAIR = """write_together([NewFile({path} / "a.csv", [{content}]), NewFile({path} / "a.csv.manifest.json", [b"m"])],
        replace={replace})"""
FOLDER = """write_folder({path} / "f", [NewFile(Path("a"), [{content}])])"""


@pytest.mark.parametrize("call", [PAIR, FOLDER], ids=["pair", "folder"])
def test_as_somebody_who_may_not_write_there(open_folder: Path, call: str) -> None:
    """Root is never refused, so that somebody else has to try."""
    folder = open_folder / "theirs"
    folder.mkdir(mode=0o755)
    write_together(pair(folder, b"old", b"old manifest"), replace=False)
    before = tree(folder)
    assert call_in_child(folder, 10, replace=True, user=NOBODY, call=call) == "EACCES"
    assert tree(folder) == before
    own = open_folder / "own"
    own.mkdir()
    os.chown(own, NOBODY, NOBODY)
    assert call_in_child(own, 10, replace=True, user=NOBODY, call=call) == ""
    assert {path.stat().st_uid for path in own.rglob("*")} == {NOBODY}
    assert not list(own.glob(".*"))


@pytest.mark.parametrize("call", [PAIR, FOLDER], ids=["pair", "folder"])
def test_beyond_what_a_user_may_write(tmp_path: Path, call: str) -> None:
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))"
    assert call_in_child(tmp_path, 3 << 20, replace=True, before=limit, call=call) == "EFBIG"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    assert set(attempts(tmp_path / "gone")) == {"ENOENT"}
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_a_name_that_is_too_long_is_told_before_the_work(tmp_path: Path) -> None:
    asked: list[int] = []
    content = noting(asked)
    manifest = tmp_path / ("y" * 250 + ".manifest.json")
    with pytest.raises(OSError, match=os.strerror(errno.ENAMETOOLONG)):
        write_together([NewFile(tmp_path / ("y" * 250), content), NewFile(manifest, [b"m"])], replace=True)
    with pytest.raises(OSError, match=os.strerror(errno.ENAMETOOLONG)):
        write_folder(tmp_path / ("y" * 256), [NewFile(Path("a"), [b"a"])])
    assert not asked
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match=os.strerror(errno.ENAMETOOLONG)):
        write_folder(tmp_path / "f", [NewFile(Path("y" * 256), [b"a"])])
    assert list(tmp_path.iterdir()) == []
