"""The manifest says what was exported, and its checksums can be had by any other means."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from procedure_viewer import __version__
from procedure_viewer.export.formats import Format, Order
from procedure_viewer.export.manifest import MANIFEST_VERSION, record_hash
from procedure_viewer.fhir.patient import read_patient
from tests.export.reading import JSON_LIKE, written
from tests.extracts import BASE, INCOMPLETE, extract_anyhow, extract_of, record, several

RAWS = [record(1, ' ,\n"x" : [1.00, 1e400]'), record(2, ',"code":{"text":"Ärztlich"}')]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def canonical(manifest: dict[str, Any]) -> bytes:
    """As the manifest's own description has it: sorted keys, no blanks, UTF-8."""
    return json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sealed(chosen: Format, folder: Path, **how: Any) -> tuple[dict[str, Any], Path]:
    raws = RAWS[:1] if chosen is Format.JSON else RAWS
    order = Order(extract_anyhow(raws, **how), chosen, seal=True, pdf=b"%PDF" if chosen is Format.PDF else b"")
    path, *rest = written(order, folder / "out")
    return json.loads((rest[0] if rest else path / "manifest.json").read_bytes()), path


@pytest.mark.parametrize("chosen", list(Format))
def test_it_says_what_whose_from_where_when_and_how_complete(chosen: Format, tmp_path: Path) -> None:
    manifest, path = sealed(chosen, tmp_path, complete=False)
    count = 1 if chosen is Format.JSON else 2
    seal = manifest.pop("seal")
    assert seal == sha256(canonical(manifest))
    files = manifest.pop("files")
    assert manifest == {
        "manifest": MANIFEST_VERSION,
        "program": "procedure-viewer",
        "version": __version__,
        "made": "2026-11-25T10:32:05+01:00",
        "read": "2026-11-25T10:27:05+01:00",
        "server": BASE,
        "patient": {"id": "p1", "name": "OKAFOR, Ngozi", "birthDate": "1957-03-02", "mrn": "0104477201"},
        "format": chosen.value,
        "indented": False,
        "records": count,
        "listed": count,
        "complete": False,
        "completeness": INCOMPLETE,
    }
    there = [each for each in path.iterdir() if each.name != "manifest.json"] if path.is_dir() else [path]
    assert {file["name"]: (file["bytes"], file["sha256"]) for file in files} == {
        each.name: (len(content := each.read_bytes()), sha256(content)) for each in there
    }
    told = [entry["id"] for file in files for entry in file["records"]]
    assert told == (["1", "2"][:count] if chosen in JSON_LIKE else [])


def test_it_says_of_how_many_these_are(tmp_path: Path) -> None:
    _, path = written(Order(extract_of(several(5), first=2), Format.CSV, seal=True), tmp_path / "out")
    manifest = json.loads(path.read_bytes())
    assert (manifest["records"], manifest["listed"]) == (2, 5)


@pytest.mark.parametrize("chosen", JSON_LIKE)
def test_a_record_has_the_same_checksum_in_every_format(chosen: Format, tmp_path: Path) -> None:
    """Of its text without the blanks between tokens, which any tool can take out."""
    manifest, _ = sealed(chosen, tmp_path)
    without_blanks = RAWS[0].replace(b" ,\n", b",").replace(b" : ", b":").replace(b", 1e", b",1e")
    assert manifest["files"][0]["records"][0] == {"id": "1", "sha256": sha256(without_blanks)}


def test_what_cannot_be_compacted_counts_as_it_is() -> None:
    assert record_hash(b"\xff no json ") == sha256(b"\xff no json ")
    deep = b"[" * 3_000 + b"]" * 3_000
    assert record_hash(deep) == sha256(deep)


def test_numbers_escapes_and_repeated_names_make_a_difference() -> None:
    texts = [b'{"a":1.0}', b'{"a":1.00}', b'{"a":"\\u00e9"}', '{"a":"é"}'.encode(), b'{"a":1,"a":1}', b'{"b":1,"a":1}']
    assert len(set(map(record_hash, texts))) == len(texts)
    assert record_hash(b'{ "a" :\n1.0 }') == record_hash(texts[0])


def test_whatever_a_patient_is_called_the_manifest_is_utf_8(tmp_path: Path) -> None:
    text = '{"resourceType":"Patient","id":"p","name":[{"text":"\\ud800\\u001b[31m 日本"}]}'
    manifest, _ = sealed(Format.CSV, tmp_path, patient=read_patient(text.encode()))
    assert manifest["patient"]["name"].isprintable()
    assert manifest.pop("seal") == sha256(canonical(manifest))
