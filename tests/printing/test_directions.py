"""Text that reads from the right is set apart from what stands around it."""

import pytest

from procedure_viewer.printing.directions import bare, with_own_direction


@pytest.mark.parametrize("text", ["", "Biopsy", "Ärztlich", "阑尾切除术", "45.10 (CPT)"])
def test_what_reads_from_the_left_stays_as_it_is(text: str) -> None:
    assert with_own_direction(text) == text


@pytest.mark.parametrize("text", ["שלום.", "محمد (2)", "CPT 45.10 כריתת"])
def test_what_reads_from_the_right_stands_between_marks_that_are_no_part_of_it(text: str) -> None:
    assert with_own_direction(text) == f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    assert bare(with_own_direction(text)) == text
