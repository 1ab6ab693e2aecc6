"""What a second reading changes: applied to the rows before, it gives the rows after, whatever both are."""

import hypothesis.strategies as st
from hypothesis import given, settings

from procedure_viewer.chart.difference import Difference, take_over
from procedure_viewer.fhir.packing import in_blocks
from procedure_viewer.fhir.procedure import Procedure, read_procedure

Row = tuple[str, str, bool]
ROWS = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "c", "d"]), st.sampled_from(["completed", "stopped"]), st.booleans())
)


def record(procedure_id: str, status: str, packed: bool) -> Procedure:
    named = f'"id": "{procedure_id}", ' if procedure_id else ""
    raw = f'{{"resourceType": "Procedure", {named}"status": "{status}"}}'.encode()
    return read_procedure(raw, in_blocks([raw])[0] if packed else None)


def apply(rows: list[Procedure], difference: Difference) -> list[Procedure]:
    """As a window does, looking for each row itself."""
    rows = list(rows)
    for older, fresh in (*difference.replaced, *((older, None) for older in difference.removed)):
        place = next(place for place, row in enumerate(rows) if row is older)
        rows[place : place + 1] = [] if fresh is None else [fresh]
    return [*rows, *difference.added]


@settings(max_examples=500, database=None, derandomize=True)
@given(ROWS, ROWS)
def test_applied_to_the_rows_before_it_gives_the_rows_after(before: list[Row], after: list[Row]) -> None:
    shown = [record(*row) for row in before]
    fresh = [record(*row) for row in after]
    raws = [procedure.raw for procedure in fresh]
    difference = take_over(shown, fresh)
    assert [procedure.raw for procedure in fresh] == raws, "content and order are the second reading's"
    assert sorted(map(id, apply(shown, difference))) == sorted(map(id, fresh))
    assert all(older.id == newer.id != "" for older, newer in difference.replaced)
    assert all(older.raw != newer.raw for older, newer in difference.replaced)


@settings(max_examples=100, database=None, derandomize=True)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_in_another_order_changes_nothing(rows: list[Row], random: object) -> None:
    shown = [record(*row) for row in rows]
    fresh = [record(procedure_id, status, not packed) for procedure_id, status, packed in rows]
    random.shuffle(fresh)  # type: ignore[attr-defined]  # Hypothesis's own random numbers
    assert take_over(shown, fresh) == Difference()
    assert sorted(map(id, fresh)) == sorted(map(id, shown)), "the rows stay the very same"
