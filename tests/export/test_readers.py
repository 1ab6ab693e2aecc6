"""What leaves as FHIR is read by others as FHIR: valid records stay valid in every format."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.procedure import Procedure

from procedure_viewer.export.formats import Format, Order, obstacle, parts
from tests.export.reading import JSON_LIKE, written
from tests.extracts import extract_anyhow
from tests.fhir.samples import SEED_BUNDLE

SEED = json.dumps(json.loads(SEED_BUNDLE)["entry"][0]["resource"]).encode()


def is_valid(raw: bytes) -> bool:
    try:
        Procedure.model_validate_json(raw)
    except ValueError:
        return False
    return True


def in_bundle(text: bytes) -> list[Any]:
    """The resources that the library finds in a Bundle."""
    return [entry.resource for entry in Bundle.model_validate_json(text).entry or ()]


def texts_of(raws: list[bytes], chosen: Format, folder: Path, *, indent: bool, complete: bool = True) -> list[bytes]:
    """The FHIR in what was written, a text a resource, or one for a Bundle."""
    order = Order(extract_anyhow(raws, complete=complete), chosen, indent=indent)
    assert obstacle(order.extract, chosen) == ""
    (path,) = written(order, folder / "out")
    if path.is_dir():
        return [file.read_bytes() for file in sorted(path.iterdir())]
    return path.read_bytes().splitlines() if chosen is Format.NDJSON else [path.read_bytes()]


@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("chosen", JSON_LIKE)
def test_the_published_record_is_valid_in_every_format(chosen: Format, indent: bool, tmp_path: Path) -> None:
    (text,) = texts_of([SEED], chosen, tmp_path, indent=indent)
    if chosen is Format.BUNDLE:
        (resource,) = in_bundle(text)
        text = resource.model_dump_json().encode()
    assert Procedure.model_validate_json(text).id == json.loads(SEED)["id"]


@pytest.mark.parametrize("indent", [True, False])
def test_an_incomplete_bundle_is_valid_and_says_so_first(indent: bool, tmp_path: Path) -> None:
    (text,) = texts_of([SEED], Format.BUNDLE, tmp_path, indent=indent, complete=False)
    first, second = in_bundle(text)
    assert isinstance(first, OperationOutcome)
    assert first.issue[0].code == "incomplete"
    assert isinstance(second, Procedure)


@pytest.fixture(scope="module")
def shared_records(shared_data: Path) -> list[bytes]:
    """Procedures that nobody here wrote; of ten thousand similar ones each thirtieth."""

    def lines() -> Iterator[bytes]:
        for path in (*shared_data.glob("official/Procedure*.ndjson"), shared_data / "small" / "Procedure.ndjson"):
            yield from path.read_bytes().splitlines()
        with gzip.open(shared_data / "large" / "Procedure.ndjson.gz") as file:
            yield from file.read().splitlines()[:9_000:30]

    return [line for line in lines() if line.strip()]


@pytest.mark.shared
@pytest.mark.parametrize("indent", [True, False])
@pytest.mark.parametrize("chosen", [Format.BUNDLE, Format.NDJSON, Format.FILES])
def test_records_of_others_are_as_valid_as_before(
    chosen: Format, indent: bool, shared_records: list[bytes], tmp_path: Path
) -> None:
    valid = [raw for raw in shared_records if is_valid(raw)]
    assert len(valid) > 300
    texts = texts_of(valid, chosen, tmp_path, indent=indent)
    read = in_bundle(texts[0]) if chosen is Format.BUNDLE else list(map(Procedure.model_validate_json, texts))
    expected = [Procedure.model_validate_json(raw) for raw in valid]
    assert sorted(each.model_dump_json() for each in read) == sorted(each.model_dump_json() for each in expected)


@pytest.mark.shared
def test_records_of_others_are_there_byte_for_byte(shared_records: list[bytes]) -> None:
    extract = extract_anyhow(shared_records)
    assert b"".join(parts(Order(extract, Format.NDJSON))) == b"\n".join([*shared_records, b""])
    bundle = b"".join(parts(Order(extract, Format.BUNDLE)))
    at = 0
    for raw in shared_records:
        at = bundle.index(raw, at) + len(raw)
