"""Which links name a page by offset and count, and which pages are what their links say."""

import pytest

from procedure_viewer.fhir.bundle import Page
from procedure_viewer.remote.offsets import OffsetLink, offset_paging

ASKED = (("patient", "Patient/p"),)
LINK = "/Procedure?patient=Patient%2Fp&_count=2&_offset={}"


def page(offset: int, total: int = 7, size: int = 2, pattern: str = LINK) -> Page:
    links = {"self": pattern.format(offset), "last": pattern.format((total - 1) // 2 * 2)}
    if offset + 2 < total:
        links["next"] = pattern.format(offset + 2)
    return Page(tuple(b"%d" % number for number in range(offset, offset + size)), total=total, links=links)


@pytest.mark.parametrize(
    "pattern",
    [
        LINK,
        "?_offset={}&patient=Patient/p&_count=2",
        "Procedure?_count=2&_offset={}&patient=Patient%2Fp",
        "https://fhir.example.org/r4/Procedure?patient=Patient%2fp&_count=2&_offset={}",
    ],
)
def test_every_later_page_is_told_by_the_first(pattern: str) -> None:
    paging = offset_paging(page(0, pattern=pattern), 0, ASKED)
    assert paging is not None
    assert (paging.total, paging.count) == (7, 2)
    assert [paging.link.at(offset) for offset in (2, 4, 6)] == [pattern.format(offset) for offset in (2, 4, 6)]
    assert paging.agrees(page(2, pattern=pattern), 2)
    assert paging.agrees(page(6, size=1, pattern=pattern), 6)
    assert not paging.agrees(page(6, size=2, pattern=pattern), 6)
    assert not paging.agrees(page(2, pattern=pattern), 4)
    assert not paging.agrees(page(2, total=8, pattern=pattern), 2)


@pytest.mark.parametrize(
    "pattern",
    [
        "x/Procedure?patient=Patient%2Fp&_count=2&_offset={}",  # each page would be a folder further down
        "/Procedure?patient=Patient%2Fp&_count=2&_offset={}#top",
        "/Procedure?patient=Patient%2Fp&_count=2#_count=2&_offset={}",
        "/Procedure?patient=Patient%2Fq&_count=2&_offset={}",
        "/Procedure?patient=Patient%2Fp&patient=Patient%2Fp&_count=2&_offset={}",
        "/Procedure?_count=2&_offset={}",
        "/Procedure?patient=Patient%2Fp&_count=2&_offset={}&_getpages=c0ffee",
        "/Procedure?patient=Patient%2Fp&_count=2&_offset={}&_offset=0",
        "/Procedure?patient=Patient%2Fp&_count=2&_count=2&_offset={}",
        "/Procedure?patient=Patient%2Fp&_count=3&_offset={}",
        "/Procedure?patient=Patient%2Fp&_count=2&_offset=1{}",
        "/Procedure?patient=Patient%2Fp&_count=2&offset={}",
        "/Procedure?patient=Patient%2Fp&_count=2&_offset=+{}",
        "/_offset={}/Procedure?patient=Patient%2Fp&_count=2",
    ],
)
def test_other_links_tell_nothing(pattern: str) -> None:
    assert offset_paging(page(0, pattern=pattern), 0, ASKED) is None


def test_a_last_page_tells_of_no_further_one() -> None:
    assert offset_paging(page(6, size=1), 6, ASKED) is None


def test_the_count_is_changed_and_nothing_else() -> None:
    link = OffsetLink.read(LINK.format(4))
    assert link is not None
    assert link.with_count(500) == "/Procedure?patient=Patient%2Fp&_count=500&_offset=4"
