"""What is packed comes back to the byte, by itself, from any thread; what is damaged never does."""

import gc
import zlib
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir import packing
from procedure_viewer.fhir.packing import LARGEST_PACKED, MOST_OPEN, Block, Packed, Packer, fingerprint_of, in_blocks
from tests.benchmarks.records import procedure_bytes

RECORDS = [procedure_bytes("a500", number) for number in range(500)]


def unpacked(places: list[Packed | None]) -> list[bytes | None]:
    return [place.raw if place is not None else None for place in places]


@given(st.lists(st.binary(max_size=200)), st.integers(1, 1_000))
def test_any_bytes_come_back_in_their_order(raws: list[bytes], block: int) -> None:
    with mock.patch.object(packing, "_BLOCK", block):
        places = in_blocks(raws)
    assert unpacked(places) == raws
    found = [place for place in places if place is not None]
    assert [place.size for place in found] == [*map(len, raws)]
    assert [place.fingerprint for place in found] == [*map(fingerprint_of, raws)]


def test_records_of_one_kind_take_an_eighth_of_their_room() -> None:
    places = in_blocks(RECORDS)
    blocks = {id(place.block): place.block for place in places if place is not None}
    assert sum(len(block._packed) for block in blocks.values()) < sum(map(len, RECORDS)) / 8
    assert {len(block.unpacked()) // 1024 for block in blocks.values()} <= {32, 33, 34, 35}, "none is a mere rest"


def test_a_large_record_is_left_as_it_is_and_its_neighbours_are_not() -> None:
    large = b"x" * (LARGEST_PACKED + 1)
    assert unpacked(in_blocks([large, b"a", large, large[1:], b"b"])) == [None, b"a", None, large[1:], b"b"]


def test_the_first_megabytes_of_a_list_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "KEPT_PLAIN", 5)
    packer = Packer()
    assert packer.packed([]) == []
    assert packer.packed([b"1234"]) == [None]
    assert packer.packed([b"5", b"6"]) == [None, None], "a page is one or the other"
    assert unpacked(packer.packed([b"7", b"8"])) == [b"7", b"8"]


def test_neighbours_are_unpacked_once() -> None:
    places = in_blocks(RECORDS[:30])
    with mock.patch.object(Block, "unpacked", autospec=True, side_effect=Block.unpacked) as opening:
        assert unpacked([*places, *places]) == RECORDS[:30] * 2
        assert opening.call_count == 1


def test_nothing_is_kept_open_without_the_records() -> None:
    gc.collect()  # what other tests left in cycles
    before = len(packing._OPEN)
    places = in_blocks(RECORDS[:30])
    assert unpacked(places) == RECORDS[:30]
    assert len(packing._OPEN) == before + 1
    del places
    assert len(packing._OPEN) == before


def test_a_few_blocks_are_open_at_once_however_many_are_looked_into() -> None:
    with mock.patch.object(packing, "_BLOCK", 2_000):
        places = in_blocks(RECORDS)
    assert unpacked(places) == RECORDS
    assert 0 < len(packing._OPEN) <= MOST_OPEN < len({id(place.block) for place in places if place is not None})


def test_several_threads_may_look_at_once() -> None:
    places = in_blocks(RECORDS)
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(unpacked, [places, places[::-1], places[::7], places[::-3]]):
            assert found in (RECORDS, RECORDS[::-1], RECORDS[::7], RECORDS[::-3])


@pytest.mark.parametrize("at", [0, 40, -1])
def test_what_is_damaged_is_never_taken_for_a_record(at: int) -> None:
    (place,) = in_blocks(RECORDS[:1])
    assert place is not None
    damaged = bytearray(place.block._packed)
    damaged[at] ^= 1
    place.block._packed = bytes(damaged)
    with pytest.raises(zlib.error):
        _ = place.raw
