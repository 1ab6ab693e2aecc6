"""A hundred thousand courses of events: whatever comes when, one patient is seen, and nothing is claimed in excess.

Each is the same for the same seed; a seed that fails is told, and `run(seed, STEPS)` does it again.
"""

import pytest

from procedure_viewer.chart import shown
from procedure_viewer.chart.open_chart import Standing
from procedure_viewer.chart.shortfall import Shortfall
from tests.chart.ward import DOINGS, Ward, run

COURSES = 100_000
SHARES = 10
STEPS = 10
LONG = 600
REACHED = {
    (Standing.LOADING, 1, None),
    (Standing.COMPLETE, 1, None),
    (Standing.COMPLETE, 2, None),
    (Standing.INCOMPLETE, 1, Shortfall.FAILED),
    (Standing.INCOMPLETE, 1, Shortfall.CANCELLED),
    (Standing.INCOMPLETE, 1, Shortfall.SERVER_SAID),
    (Standing.INCOMPLETE, 1, Shortfall.TOTAL_UNREADABLE),
    *((Standing.INCOMPLETE, 2, drift) for drift in (Shortfall.TOTAL_CHANGED, Shortfall.RECORD_CHANGED)),
    *((Standing.INCOMPLETE, 2, drift) for drift in (Shortfall.PAGES_SHIFTED, Shortfall.COUNT_DIFFERS)),
}
"""Where the courses of one share must have come to: a test of nothing but closed charts would pass, too."""


def try_all(seeds: range, steps: int) -> set[tuple[Standing, int, Shortfall | None]]:
    reached = set()
    for seed in seeds:
        try:
            chart = run(seed, steps).consultation.chart
        except Exception as error:
            raise AssertionError(f"seed {seed}, {steps} steps") from error
        if chart is not None:
            reached.add((chart.standing, chart.times_read, chart.shortfall))
    return reached


@pytest.mark.parametrize("share", range(SHARES))
def test_no_interleaving_shows_two_patients_or_claims_too_much(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Half of them build the list anew after a second reading, as with many changes; the others change single rows.
    monkeypatch.setattr(shown, "MOST_SINGLE_CHANGES", 0 if share % 2 else 20)
    monkeypatch.setattr(shown, "ROWS_AT_ONCE", 1)
    size = COURSES // SHARES
    reached = try_all(range(share * size, (share + 1) * size), STEPS)
    assert reached >= REACHED


def test_long_courses_hold_as_well() -> None:
    try_all(range(COURSES, COURSES + LONG), 150)


def test_everything_that_may_happen_is_tried() -> None:
    moves = {name for name, value in vars(Ward).items() if callable(value) and not name.startswith("_")}
    assert moves - {"check"} == {doing.__name__ for doing in DOINGS}
