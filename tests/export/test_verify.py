"""What was changed is told, whatever it was; what a manifest holds is data that can lead nowhere."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.export.formats import Format, Order
from procedure_viewer.export.manifest import seal_of
from procedure_viewer.export.verify import Report, verify
from procedure_viewer.fhir.datatypes import printable
from tests.export.reading import JSON_LIKE, written
from tests.extracts import extract_anyhow, record

RAWS = [record(number, ',"x":1.00') for number in ("a", "b", "c")]


def sealed(chosen: Format, folder: Path, *, indent: bool = False, raws: list[bytes] = RAWS) -> Path:
    """Something exported, and its manifest."""
    extract = extract_anyhow(raws[:1] if chosen is Format.JSON else raws)
    order = Order(extract, chosen, indent=indent, seal=True, pdf=b"%PDF" if chosen is Format.PDF else b"")
    return written(order, folder / "out")[0]


def manifest_of(path: Path) -> Path:
    return path / "manifest.json" if path.is_dir() else path.with_name("out.manifest.json")


def said(report: Report) -> str:
    return " | ".join(finding.text for finding in report.findings if not finding.holds)


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    before = path.read_bytes()
    after = change(before)
    assert after != before
    path.write_bytes(after)


def reseal(manifest: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """What somebody can do who may write both files: make a manifest that fits itself."""
    told = json.loads(manifest.read_bytes())
    change(told)
    told["seal"] = seal_of(told)
    manifest.write_text(json.dumps(told), "utf-8")


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("chosen", list(Format))
def test_what_was_not_touched_holds_by_whichever_path_it_is_asked_for(
    chosen: Format, indent: bool, tmp_path: Path
) -> None:
    path = sealed(chosen, tmp_path, indent=indent)
    paths = [path, manifest_of(path)]
    if path.is_dir():
        paths.append(path / "Procedure-a.json")
    reports = [verify(each) for each in paths]
    assert all(report.holds for report in reports), said(reports[0])
    assert len({report.fingerprint for report in reports}) == 1
    assert "OKAFOR, Ngozi" in " ".join(reports[0].about)


@pytest.mark.parametrize("chosen", list(Format))
@pytest.mark.parametrize("at", [0.0, 0.3, 0.7, 0.99])
def test_any_byte_that_changed_is_noticed(chosen: Format, at: float, tmp_path: Path) -> None:
    path = sealed(chosen, tmp_path)
    file = path / "Procedure-b.json" if path.is_dir() else path
    size = file.stat().st_size
    place = int(size * at)
    rewrite(file, lambda content: content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    report = verify(path)
    assert not report.holds
    assert file.name in said(report)


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("chosen", [Format.BUNDLE, Format.NDJSON, Format.FILES, Format.JSON])
def test_a_changed_record_is_named(chosen: Format, indent: bool, tmp_path: Path) -> None:
    path = sealed(chosen, tmp_path, indent=indent)
    one = "a" if chosen is Format.JSON else "b"
    file = path / "Procedure-b.json" if path.is_dir() else path
    first, mark, rest = file.read_bytes().partition(f'"{one}"'.encode())
    rewrite(file, lambda _: first + mark + rest.replace(b"1.00", b"1.0", 1))
    assert f"changed: Procedure/{one}" in said(verify(path))
    assert "Procedure/c" not in said(verify(path))


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda content: b"\n".join([*change(content.splitlines()), b""])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[:1] + lines[2:], "missing: Procedure/b"),
        (lambda lines: [*lines, record("d")], "added: Procedure/d"),
        (lambda lines: [*lines, lines[0]], "added: Procedure/a"),
        (lambda lines: lines[::-1], "another order"),
        (lambda lines: [*lines, b""], "what is around them"),
        (lambda lines: [lines[0], record("z"), lines[2]], "missing: Procedure/b; added: Procedure/z"),
        (lambda lines: [*lines, b"\x1b[31m{"], ""),
        (lambda _: [], "missing: Procedure/a, Procedure/b, Procedure/c"),
    ],
)
def test_what_is_missing_added_or_moved_is_told(
    change: Callable[[list[bytes]], list[bytes]], words: str, tmp_path: Path
) -> None:
    path = sealed(Format.NDJSON, tmp_path)
    rewrite(path, lines(change))
    report = verify(path)
    assert not report.holds
    assert words in said(report)
    assert said(report).isprintable()


@pytest.mark.parametrize("change", [lambda _: b"", lambda _: b"\xff" * 99, lambda c: c[:-9], lambda _: b"[" * 99_999])
@pytest.mark.parametrize("chosen", JSON_LIKE)
def test_what_is_no_json_any_more(chosen: Format, change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = sealed(chosen, tmp_path)
    rewrite(path / "Procedure-a.json" if path.is_dir() else path, change)
    assert not verify(path).holds


def test_files_that_are_missing_or_strange_in_a_folder(tmp_path: Path) -> None:
    path = sealed(Format.FILES, tmp_path)
    (path / "Procedure-b.json").unlink()
    (path / "Procedure-z\x1b[31m.json").write_bytes(b"{}")
    report = verify(path)
    assert "“Procedure-b.json” is missing" in said(report)
    assert "In the folder, but not in the manifest" in said(report)
    assert said(report).isprintable()
    assert sum(finding.holds for finding in report.findings) == 3, "the manifest, and the other two"


def test_a_file_that_is_gone_and_one_that_never_was(tmp_path: Path) -> None:
    path = sealed(Format.CSV, tmp_path)
    path.unlink()
    assert "missing" in said(verify(path))
    assert not verify(tmp_path / "nothing").holds
    assert not verify(tmp_path).holds
    assert not verify(tmp_path / ("x" * 300)).holds
    assert not verify(tmp_path / "a\0b").holds


def test_a_file_that_the_manifest_does_not_name(tmp_path: Path) -> None:
    path = sealed(Format.FILES, tmp_path)
    (path / "other.json").write_bytes(b"{}")
    assert "does not name the file “other.json”" in said(verify(path / "other.json"))


MEMBERS = ["made", "server", "records", "complete", "completeness", "patient", "version", "read", "format", "program"]


@pytest.mark.parametrize("member", MEMBERS)
def test_any_change_of_the_manifest_itself_is_noticed(member: str, tmp_path: Path) -> None:
    path = sealed(Format.CSV, tmp_path)
    manifest = manifest_of(path)
    told = json.loads(manifest.read_bytes())
    value = told[member]
    if isinstance(value, dict):
        value["name"] = "SOMEBODY, Else"
    else:
        told[member] = (not value) if isinstance(value, bool) else value + type(value)(1)
    manifest.write_text(json.dumps(told), "utf-8")
    report = verify(path)
    assert "The manifest itself was changed" in said(report)
    assert any(finding.holds for finding in report.findings), "the file is as it was"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"complete"', b'"complete": false, "complete"'),
        lambda text: text.replace(b'"seal"', b'"note": 1, "seal"'),
        lambda text: text.replace(b'"seal"', b'"note": 1e400, "seal"'),
        lambda text: text.replace(b'"seal"', b'"note": ' + b"[" * 900 + b"]" * 900 + b', "seal"'),
        lambda text: text.replace(b'"manifest": 1', b'"manifest": 2'),
        lambda text: text.replace(b'"manifest": 1', b'"manifest": true'),
        lambda text: text.replace(b'"files"', b'"filez"'),
        lambda text: text[:-30],
        lambda _: b"",
        lambda _: b"\xff",
        lambda _: b"[]",
        lambda _: b"[" * 1_000_000,
        lambda _: b'{"files":' * 100_000,
        lambda text: text.replace(b'"bytes": ', b'"bytes": ' + b"9" * 5_000),
        lambda text: text.replace(b'"bytes": ', b'"bytes": -'),
        lambda text: text.replace(b'"server": "', b'"server": "\\ud800'),
    ],
)
def test_no_manifest_is_taken_for_whole_that_is_not(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = sealed(Format.CSV, tmp_path)
    rewrite(manifest_of(path), change)
    report = verify(path)
    assert not report.holds
    assert said(report).isprintable()


def test_only_blanks_between_tokens_may_change_in_a_manifest(tmp_path: Path) -> None:
    path = sealed(Format.CSV, tmp_path)
    rewrite(manifest_of(path), lambda text: json.dumps(json.loads(text)).encode())
    assert verify(path).holds


NAMES = [
    "../secret",
    "..",
    ".",
    "",
    "/etc/hostname",
    "a/../../secret",
    "..\\secret",
    "C:secret",
    "secret\0",
    "\x1b[2Jx",
    "x" * 5_000,
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_in_a_manifest_leads_out_of_its_folder(name: str, tmp_path: Path) -> None:
    """Not even where it fits its own seal."""
    folder = tmp_path / "within"
    folder.mkdir()
    path = sealed(Format.CSV, folder)
    (tmp_path / "secret").write_bytes(path.read_bytes())
    reseal(manifest_of(path), lambda told: told["files"][0].update(name=name))
    report = verify(path)
    assert not report.holds
    assert said(report).isprintable()
    assert len(said(report)) < 1_000
    assert "manifest itself was changed" not in said(report)


def test_a_manifest_made_to_fit_is_not_seen_through_but_has_another_fingerprint(tmp_path: Path) -> None:
    """That is what the words about authorship are for."""
    path = sealed(Format.CSV, tmp_path)
    noted = verify(path).fingerprint
    reseal(manifest_of(path), lambda told: told.update(completeness="All 3 records"))
    report = verify(path)
    assert report.holds
    assert report.fingerprint != noted


@pytest.mark.skipif(sys.platform == "win32", reason="a queue as a file")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    path = sealed(Format.CSV, tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert not verify(path).holds
    manifest_of(path).unlink()
    os.mkfifo(manifest_of(path))
    assert not verify(path).holds


def test_a_manifest_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    path = sealed(Format.CSV, tmp_path)
    with manifest_of(path).open("r+b") as file:
        file.truncate(10_000_000_000)
    assert "too large" in said(verify(path))


def test_a_huge_file_in_the_place_of_the_sealed_one_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedure_viewer.export.verify.LARGEST_COMPARED", 10)
    path = sealed(Format.NDJSON, tmp_path)
    rewrite(path, lambda content: content + b"{}")
    assert said(verify(path)) == "“out” was changed since it was exported"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_whatever_stands_in_a_manifest_the_answer_is_words(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    path = sealed(Format.BUNDLE, folder)
    told = json.loads(manifest_of(path).read_bytes())
    places: list[tuple[Any, Any]] = []

    def look(value: Any) -> None:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            places.append((value, key))
            if isinstance(inner, dict | list):
                look(inner)

    look(told)
    container, key = data.draw(st.sampled_from(places))
    new = data.draw(JSON)
    if new == container[key] and type(new) is type(container[key]):
        return
    container[key] = new
    manifest_of(path).write_bytes(json.dumps(told).encode())
    report = verify(path)
    assert not report.holds
    told_of = [*(finding.text for finding in report.findings), *report.about]
    assert list(map(printable, told_of)) == told_of


@pytest.mark.skipif(sys.platform == "win32", reason="making a link takes a right there that few have")
def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_bytes(record("secret"))
    folder = sealed(Format.FILES, tmp_path)
    taken = folder / "Procedure-a.json"
    taken.unlink()
    taken.symlink_to(elsewhere)
    report = verify(folder)
    assert said(report) == "“Procedure-a.json” is a link that leads out of the folder"
    assert "secret" not in repr(report)
    elsewhere.write_bytes(RAWS[0])
    assert not verify(folder).holds
    elsewhere.rename(folder / "b")
    taken.unlink()
    taken.symlink_to("b")
    assert said(verify(folder)) == "In the folder, but not in the manifest: b"


@pytest.mark.skipif(sys.platform == "win32", reason="making a link takes a right there that few have")
def test_a_link_that_somebody_asks_for_is_what_they_ask_for(tmp_path: Path) -> None:
    path = sealed(Format.JSON, tmp_path)
    kept = tmp_path / "kept"
    kept.mkdir()
    path.rename(kept / "content")
    path.symlink_to(kept / "content")
    assert verify(path).holds
