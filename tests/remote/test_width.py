"""How many pages are asked for at once, against servers that are only reckoned."""

from collections.abc import Callable

import pytest

from procedure_viewer.remote.width import FIRST_REST, MOST_AT_ONCE, Width

PAGE = 100
Seconds = Callable[[int, int], list[float]]
"""How long each of so many answers takes, so many being asked for at once."""


def far_away(pages: int, _at_once: int) -> list[float]:
    return [0.1] * pages


def one_by_one(pages: int, at_once: int) -> list[float]:
    """A tenth of a second for each, and whoever comes later waits."""
    return [0.1 * min(number + 1, at_once) for number in range(pages)]


def workers(count: int) -> Seconds:
    """So many at once take no longer than one; more do."""
    return lambda pages, at_once: [0.1 * max(1, min(number + 1, at_once) / count) for number in range(pages)]


def stretches(seconds: Seconds, pages: int, most: int = MOST_AT_ONCE) -> list[tuple[int, int]]:
    """Widths and lengths of the stretches in which so many pages come."""
    width, found = Width(PAGE / 0.1, most), []
    while pages:
        length = min(pages, width.pages or pages)
        found.append((width.at_once, length))
        width.note(PAGE * length, seconds(length, width.at_once))
        pages -= length
    return found


def test_a_server_that_is_far_away_is_asked_for_eight_at_once() -> None:
    assert stretches(far_away, 99) == [(2, 2), (4, 4), (8, 8), (8, 85)]


def test_a_server_that_gains_nothing_is_asked_for_two_now_and_then() -> None:
    found = stretches(one_by_one, 99)
    assert found == [(2, 2), (1, 8), (2, 2), (1, 16), (2, 2), (1, 32), (2, 2), (1, 35)]


@pytest.mark.parametrize("count", [2, 4])
def test_a_server_with_some_workers_is_asked_for_as_many(count: int) -> None:
    found = stretches(workers(count), 400)
    assert max(at_once for at_once, _ in found) == 2 * count
    assert sum(length for at_once, length in found if at_once <= count) > 340


def test_a_moment_of_trouble_is_forgiven() -> None:
    stretches_so_far = 0

    def hiccup(pages: int, at_once: int) -> list[float]:
        nonlocal stretches_so_far
        stretches_so_far += 1
        return [0.5 if stretches_so_far == 1 else 0.1] * pages

    found = stretches(hiccup, 99)
    assert found[:5] == [(2, 2), (1, FIRST_REST), (2, 2), (4, 4), (8, 8)]


@pytest.mark.parametrize(("most", "widest"), [(1, 1), (3, 3), (5, 5), (8, 8)])
def test_never_more_than_may_be(most: int, widest: int) -> None:
    assert max(at_once for at_once, _ in stretches(far_away, 200, most)) == widest


def test_answers_in_no_time_are_no_trouble() -> None:
    width = Width(PAGE / 0.001)
    width.note(PAGE, [0.0])
    assert width.at_once > 1
