"""Two members of one name are noticed, and nothing else is."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from procedure_viewer.fhir.json_text import members
from procedure_viewer.fhir.repeating import repeats

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
SPACE = st.text(" \t\r\n", max_size=2)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", '"', "\\", "{", "é", ""]), VALUES), max_size=4), SPACE, st.booleans()
)
def test_it_says_whether_the_names_differ(pairs: list[tuple[str, object]], space: str, ascii_only: bool) -> None:
    def text(value: object) -> str:
        return f"{space}{json.dumps(value, ensure_ascii=ascii_only)}{space}"

    written = f"{space}{{{','.join(f'{text(name)}:{text(value)}' for name, value in pairs) or space}}}{space}"
    body = written.encode("utf-8", "surrogatepass")
    assert repeats(body, members(body)) == (len({name for name, _ in pairs}) < len(pairs))
