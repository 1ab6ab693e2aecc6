"""Which contents a record was seen with: as a set of them for each would say."""

from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.chart.versions import Versions
from procedure_viewer.fhir.packing import in_blocks
from procedure_viewer.fhir.procedure import Procedure, read_procedure

CONTENTS = (b"1", b"2", b"3")

seen = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(CONTENTS), st.booleans()), max_size=12)


def record(content: bytes, *, packed: bool) -> Procedure:
    return read_procedure(content, in_blocks([content])[0] if packed else None)


@given(seen, seen)
def test_as_with_sets(one: list[tuple[str, bytes, bool]], other: list[tuple[str, bytes, bool]]) -> None:
    sets: list[dict[str, set[bytes]]] = [{}, {}]
    versions: list[Versions[str]] = [Versions(), Versions()]
    for number, all_seen in enumerate((one, other)):
        for key, content, packed in all_seen:
            sets[number].setdefault(key, set()).add(content)
            versions[number].add(key, record(content, packed=packed))
    for key in "abc":
        assert (key in versions[0]) == (key in sets[0])
        for content in CONTENTS:
            for packed in (False, True):
                assert versions[0].has(key, record(content, packed=packed)) == (content in sets[0].get(key, ()))
    assert len(versions[0]) == len(sets[0])
    assert (versions[0] == versions[1]) == (sets[0] == sets[1])
