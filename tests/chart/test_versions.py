"""Which contents a record was seen with: as a set of them for each would say."""

from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.chart.versions import Versions

seen = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([b"1", b"2", b"3"])), max_size=12)


@given(seen, seen)
def test_as_with_sets(one: list[tuple[str, bytes]], other: list[tuple[str, bytes]]) -> None:
    sets: list[dict[str, set[bytes]]] = [{}, {}]
    versions: list[Versions[str]] = [Versions(), Versions()]
    for number, all_seen in enumerate((one, other)):
        for key, content in all_seen:
            sets[number].setdefault(key, set()).add(content)
            versions[number].add(key, content)
    for key in "abc":
        assert (key in versions[0]) == (key in sets[0])
        for content in (b"1", b"2", b"3"):
            assert versions[0].has(key, content) == (content in sets[0].get(key, ()))
    assert len(versions[0]) == len(sets[0])
    assert (versions[0] == versions[1]) == (sets[0] == sets[1])
