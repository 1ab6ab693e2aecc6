"""Whole or not at all, for the owner alone, never over an existing file unasked."""

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from procedure_viewer.files import atomic
from procedure_viewer.files.atomic import write_whole

NOBODY = 65534
APP = Path(atomic.__file__).parents[2]
CALL = "write_whole({path}, {content}, replace={replace})"

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def call_in_child(
    path: Path, size: int, *, replace: bool, before: str = "", user: int | None = None, call: str = CALL
) -> str:
    """Write `size` bytes in a child process, as `user` where given; what it raised, as "EACCES", or "" for success.

    `call` may write in another way: its fields are `path`, `content` and `replace`.

    The child becomes that user only after its imports: the interpreter itself may lie where only root can read.
    """
    become = "" if user is None else f"os.setgroups([]); os.setgid({user}); os.setuid({user})"
    program = f"""
import errno, os, sys
from pathlib import Path
from procedure_viewer.files.atomic import write_whole
from procedure_viewer.files.together import NewFile, write_folder, write_together
{before}
{become}
try:
    {call.format(path="Path(sys.argv[1])", content=f'b"x" * {size}', replace=replace)}
except OSError as error:
    print(errno.errorcode[error.errno], end="")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, path],
        env={**os.environ, "PYTHONPATH": str(APP)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(params=[True, False], ids=["replace", "new"])
def replace(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def without_hard_links(monkeypatch: pytest.MonkeyPatch, number: int = errno.EPERM) -> None:
    """As on FAT, where a hard link is refused."""

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "hardlink_to", refuse)


@posix_only
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_a_new_file_is_whole_and_the_owners_alone_whatever_the_umask(tmp_path: Path, replace: bool, umask: int) -> None:
    path = tmp_path / "Procedure-1.json"
    before = os.umask(umask)
    try:
        write_whole(path, b"content", replace=replace)
    finally:
        os.umask(before)
    assert path.read_bytes() == b"content"
    assert mode(path) == 0o600
    assert path.stat().st_nlink == 1
    assert names(tmp_path) == ["Procedure-1.json"]


@posix_only
def test_the_file_is_the_owners_alone_from_its_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    flush = os.fsync

    def look(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    write_whole(tmp_path / "a.json", b"content", replace=True)
    assert seen[0] == 0o600
    assert len(seen) == 2, "the file, then its folder"


@posix_only
def test_a_replaced_file_loses_its_wider_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"a longer content that was here before")
    path.chmod(0o644)
    write_whole(path, b"new", replace=True)
    assert path.read_bytes() == b"new"
    assert mode(path) == 0o600


def test_a_reader_of_the_replaced_file_keeps_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        if sys.platform != "win32":
            write_whole(path, b"new", replace=True)
        assert reader.read() == b"old"


def test_an_existing_file_is_not_touched_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_whole(path, b"new", replace=False)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


def test_an_existing_file_is_not_touched_unasked_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_hard_links(monkeypatch)
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_whole(path, b"new", replace=False)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


@posix_only
@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL])
def test_without_hard_links_a_new_file_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    without_hard_links(monkeypatch, number)
    write_whole(tmp_path / "a.json", b"content", replace=False)
    assert (tmp_path / "a.json").read_bytes() == b"content"
    assert mode(tmp_path / "a.json") == 0o600
    assert names(tmp_path) == ["a.json"]


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_claimed_name_is_given_back_when_the_file_does_not_get_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_hard_links(monkeypatch)
    monkeypatch.setattr(Path, "replace", failing(errno.EIO))
    monkeypatch.setattr(Path, "rename", failing(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_whole(tmp_path / "a.json", b"content", replace=False)
    assert names(tmp_path) == []


@posix_only
def test_a_claimed_name_that_somebody_else_took_over_is_left_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_hard_links(monkeypatch)
    path = tmp_path / "a.json"

    def somebody_else(*_: object) -> None:
        (tmp_path / "theirs").write_bytes(b"theirs")
        os.rename(tmp_path / "theirs", path)  # noqa: PTH104 - Path.rename may be replaced in these tests
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "replace", somebody_else)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_whole(path, b"content", replace=False)
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_of_several_at_once_exactly_one_gets_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        without_hard_links(monkeypatch)
    for turn in range(20):
        path = tmp_path / f"{turn}.json"
        start = threading.Barrier(4)
        outcomes: list[bytes | type[OSError]] = []

        def write(content: bytes, path: Path = path, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                write_whole(path, content, replace=False)
            except FileExistsError:
                outcomes.append(FileExistsError)  # noqa: B023 - the threads end within this turn
            else:
                outcomes.append(content)  # noqa: B023

        threads = [threading.Thread(target=write, args=(bytes([65 + number]) * 1000,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [outcome for outcome in outcomes if isinstance(outcome, bytes)]
        assert len(outcomes) == 4
        assert winners == [path.read_bytes()]
    assert len(names(tmp_path)) == 20


@posix_only
@pytest.mark.parametrize("dangling", [True, False])
def test_a_link_is_replaced_and_what_it_points_to_is_not(tmp_path: Path, dangling: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "link.json"
    if not dangling:
        target.write_bytes(b"something precious")
    link.symlink_to(target)
    write_whole(link, b"content", replace=True)
    assert not link.is_symlink()
    assert link.read_bytes() == b"content"
    assert target.exists() is not dangling
    assert dangling or target.read_bytes() == b"something precious"


@posix_only
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("dangling", [True, False])
def test_a_link_counts_as_an_existing_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool, dangling: bool
) -> None:
    if not links:
        without_hard_links(monkeypatch)
    target, link = tmp_path / "target", tmp_path / "link.json"
    if not dangling:
        target.write_bytes(b"something precious")
    link.symlink_to(target)
    with pytest.raises(FileExistsError):
        write_whole(link, b"content", replace=False)
    assert link.is_symlink()
    assert target.exists() is not dangling


@posix_only
def test_a_folder_behind_a_link_is_written_into(tmp_path: Path, replace: bool) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link" / "a.json", b"content", replace=replace)
    assert (tmp_path / "real" / "a.json").read_bytes() == b"content"


def test_a_folder_of_that_name_is_no_file_to_replace(tmp_path: Path, replace: bool) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OSError, match=r"a\.json"):
        write_whole(tmp_path / "a.json", b"content", replace=replace)
    assert names(tmp_path) == ["a.json"]


def test_a_missing_folder_is_said_and_not_made(tmp_path: Path, replace: bool) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "missing" / "a.json", b"content", replace=replace)
    assert names(tmp_path) == []


@pytest.mark.parametrize(("owner", "step"), [(os, "fsync"), (Path, "replace")])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, step: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(owner, step, failing(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_whole(path, b"new", replace=True)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


@posix_only
def test_a_folder_that_cannot_be_flushed_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    flush = os.fsync

    def files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    write_whole(tmp_path / "a.json", b"content", replace=replace)
    assert (tmp_path / "a.json").read_bytes() == b"content"


@posix_only
def test_the_longest_file_name_can_be_written(tmp_path: Path, replace: bool) -> None:
    path = tmp_path / ("x" * 255)
    write_whole(path, b"content", replace=replace)
    assert path.read_bytes() == b"content"


def test_a_file_that_grows_too_large_leaves_nothing(tmp_path: Path, replace: bool) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no RLIMIT_FSIZE")
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))"
    path = tmp_path / "a.json"
    assert call_in_child(path, 3 << 20, replace=replace, before=limit) == "EFBIG"
    assert names(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"this system mounts no tmpfs: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_leaves_the_old_file_and_nothing_else(small_disk: Path, replace: bool) -> None:
    path = small_disk / "a.json"
    if replace:
        path.write_bytes(b"old")
    before = names(small_disk)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        write_whole(path, b"x" * (3 << 20), replace=replace)
    assert names(small_disk) == before
    assert not replace or path.read_bytes() == b"old"
    write_whole(small_disk / "small.json", b"it fits again", replace=replace)


def test_another_user_writes_in_a_folder_of_their_own(open_folder: Path, replace: bool) -> None:
    folder = open_folder / "theirs"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    assert call_in_child(folder / "a.json", 10, replace=replace, user=NOBODY) == ""
    assert mode(folder / "a.json") == 0o600
    assert (folder / "a.json").stat().st_uid == NOBODY


def test_another_user_is_refused_by_a_read_only_folder(open_folder: Path, replace: bool) -> None:
    folder = open_folder / "closed"
    folder.mkdir(mode=0o755)
    path = folder / "a.json"
    if replace:
        path.write_bytes(b"old")
        path.chmod(0o666)  # even then: written whole means a new file, for which the folder has no place
    before = names(folder)
    assert call_in_child(path, 10, replace=replace, user=NOBODY) == "EACCES"
    assert names(folder) == before
    assert not replace or path.read_bytes() == b"old"


def test_a_drop_box_folder_takes_a_file(open_folder: Path, replace: bool) -> None:
    """One may write there and not read, so that the folder can't be opened to be flushed."""
    folder = open_folder / "drop-box"
    folder.mkdir()
    folder.chmod(0o333)
    assert call_in_child(folder / "a.json", 10, replace=replace, user=NOBODY) == ""
    assert mode(folder / "a.json") == 0o600


def test_another_users_file_in_a_sticky_folder_is_not_replaced(open_folder: Path, replace: bool) -> None:
    folder = open_folder / "like-tmp"
    folder.mkdir()
    folder.chmod(0o1777)
    (folder / "a.json").write_bytes(b"root's")
    assert call_in_child(folder / "a.json", 10, replace=replace, user=NOBODY) in {"EPERM", "EACCES", "EEXIST"}
    assert (folder / "a.json").read_bytes() == b"root's"
    assert names(folder) == ["a.json"]
