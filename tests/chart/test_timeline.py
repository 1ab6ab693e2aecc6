"""The timeline's layout: nothing is lost, nothing grows together on a closer look, dates stand where they read."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.chart.axis import ticks
from procedure_viewer.chart.cells import SIZES
from procedure_viewer.chart.timeline import GAP, LEAST_LANES, Band, Group
from procedure_viewer.chart.timeline_view import CLOSEST, YEAR, Bounds, View, bounds_of, fitting
from procedure_viewer.fhir.placing import DAY, HOUR, Place, day_text, place_of
from procedure_viewer.fhir.when import read_when


def place(**elements: object) -> Place:
    found = place_of(read_when(elements))
    assert found is not None
    return found


def stretch(found: Place) -> tuple[str, str]:
    """The first and the last calendar day."""
    return day_text(found.start), day_text(found.end - 1)


PLACES: dict[str, tuple[dict[str, object], tuple[str, str], str]] = {
    "a year": ({"performedDateTime": "2023"}, ("2023-01-01", "2023-12-31"), ""),
    "a month": ({"performedDateTime": "2024-02"}, ("2024-02-01", "2024-02-29"), ""),
    "a day": ({"performedDateTime": "2023-09-20"}, ("2023-09-20", "2023-09-20"), ""),
    "west of UTC": ({"performedDateTime": "2023-09-20T21:18:00-05:00"}, ("2023-09-20", "2023-09-20"), ""),
    "east of UTC": ({"performedDateTime": "2023-09-20T01:18:00+14:00"}, ("2023-09-20", "2023-09-20"), ""),
    "no zone": ({"performedDateTime": "2023-09-20T23:59"}, ("2023-09-20", "2023-09-20"), ""),
    "a period": (
        {"performedPeriod": {"start": "2013-03-24T23:30:00-05:00", "end": "2013-03-26"}},
        ("2013-03-24", "2013-03-26"),
        "lasts",
    ),
    "a period of partial dates": (
        {"performedPeriod": {"start": "2019", "end": "2021-03"}},
        ("2019-01-01", "2021-03-31"),
        "lasts",
    ),
    "no end": ({"performedPeriod": {"start": "2019-05"}}, ("2019-05-01", "2019-05-31"), "lasts open_end"),
    "no start": ({"performedPeriod": {"end": "2019-05-07"}}, ("2019-05-07", "2019-05-07"), "lasts open_start"),
    "an end that can't be read": (
        {"performedPeriod": {"start": "2019-05-07", "end": "soon"}},
        ("2019-05-07", "2019-05-07"),
        "lasts open_end",
    ),
    "an end in an absurd year": (
        {"performedPeriod": {"start": "2019-05-07", "end": "9999-12-31"}},
        ("2019-05-07", "2019-05-07"),
        "lasts open_end",
    ),
    "a start in an absurd year": (
        {"performedPeriod": {"start": "0001-01-01", "end": "2019-05-07"}},
        ("2019-05-07", "2019-05-07"),
        "lasts open_start",
    ),
    "the wrong way round": (
        {"performedPeriod": {"start": "2013-03-26", "end": "2013-03-24"}},
        ("2013-03-24", "2013-03-26"),
        "lasts",
    ),
    "the last day of all": ({"performedDateTime": "9999-12-31"}, ("9999-12-31", "9999-12-31"), ""),
    "the first day of all": ({"performedDateTime": "0001-01-01T00:00:00+14:00"}, ("0001-01-01", "0001-01-01"), ""),
    "R5's name": ({"occurrenceDateTime": "2024-05-01"}, ("2024-05-01", "2024-05-01"), ""),
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.usefixtures("machine_zone")
def test_a_place_is_what_is_known(name: str) -> None:
    elements, days, flags = PLACES[name]
    found = place(**elements)
    assert stretch(found) == days
    assert [flag for flag in ("lasts", "open_start", "open_end") if getattr(found, flag)] == flags.split()
    assert found.start <= found.anchor < found.end


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"performedString": "in spring"},
        {"performedAge": {"value": 40, "unit": "a"}},
        {"performedDateTime": "2023-13"},
    ],
)
def test_what_names_no_date_has_no_place(elements: dict[str, object]) -> None:
    assert place_of(read_when(elements)) is None


def test_what_may_take_more_than_a_day_is_long() -> None:
    assert place(performedDateTime="2023").is_long
    assert place(performedPeriod={"start": "2023-01-02"}).is_long
    assert not place(performedDateTime="2023-01-02").is_long
    assert not place(performedPeriod={"start": "2023-01-02T10:00:00Z", "end": "2023-01-02T12:00:00Z"}).is_long


# The layout

EARLY, LATE = 62_000_000_000, 63_900_000_000
"""About 1965 and 2025."""
instants = st.one_of(
    st.integers(EARLY, LATE),
    st.integers(0, 40).map(lambda days: 63_000_000_000 // DAY * DAY + days * DAY + DAY // 2),
    st.just(63_000_000_000),
)
places = st.builds(lambda at, size: Place(at, at + size), instants, st.sampled_from((1, 60, DAY, 31 * DAY, 365 * DAY)))
bands = st.lists(places, max_size=80).map(lambda found: Band(sorted(found, key=lambda place: place.anchor)))
views = st.builds(
    lambda middle, span, width: View(middle - span / 2, middle + span / 2, float(width)),
    instants,
    st.floats(CLOSEST, 80 * YEAR),
    st.integers(120, 2_000),
)
lane_counts = st.integers(LEAST_LANES, 5)


def members(group: Group) -> range:
    return range(group.first, group.stop)


@given(bands, views, lane_counts)
def test_each_is_in_one_group_or_counted_outside(band: Band, view: View, lanes: int) -> None:
    layout = band.layout(view, lanes)
    shown = [place for group in layout.groups for place in members(group)]
    everything = [*range(layout.before), *shown, *range(len(band.anchors) - layout.after, len(band.anchors))]
    assert everything == list(range(len(band.anchors)))
    visible = {place for place, at in enumerate(band.anchors) if view.start <= at <= view.end}
    assert visible <= set(shown)
    for group in layout.groups:
        assert visible & set(members(group)), "a group of which nothing is in view"


@given(bands, views, lane_counts)
def test_single_marks_stand_at_their_place_and_apart(band: Band, view: View, lanes: int) -> None:
    groups = band.layout(view, lanes).groups
    for group in groups:
        assert 0 <= group.lane < lanes
        if group.count == 1:
            assert group.x == pytest.approx(view.x(band.anchors[group.first]))
    for one, other in pairwise(group for group in groups if group.count == 1):
        if one.lane == other.lane:
            assert other.x - one.x >= GAP - 0.01
    for one, other in pairwise(groups):
        assert one.x <= other.x + 0.01
        if one.count > 1 or other.count > 1:
            margins = [0 if group.count > 1 else GAP / 2 for group in (one, other)]
            assert one.right + margins[0] <= other.left - margins[1] + 0.01


@given(bands, views, lane_counts, st.floats(0, 1), st.floats(1, 50))
def test_a_closer_look_never_merges(band: Band, view: View, lanes: int, at: float, factor: float) -> None:
    wide, close = band.layout(view, lanes), band.layout(view.zoomed(factor, at * view.width), lanes)
    group_of = {place: group for group in wide.groups for place in members(group)}
    for group in close.groups:
        assert len({group_of[place].first for place in members(group) if place in group_of}) <= 1


@given(bands, instants, st.integers(4, 2_000_000), st.integers(120, 2_000), lane_counts)
def test_moving_the_view_changes_no_group(band: Band, start: int, scale: int, width: int, lanes: int) -> None:
    """Whole numbers of seconds in a pixel: the scale is the same to the last digit wherever the view is."""
    first, last = min([*band.anchors, start]), max([*band.anchors, start])
    pixels = (last - first) // scale + 1
    whole = band.layout(View(first, first + pixels * scale, pixels), lanes)
    lanes_of = {(group.first, group.stop): group.lane for group in whole.groups}
    for group in band.layout(View(start, start + width * scale, width), lanes).groups:
        assert lanes_of[group.first, group.stop] == group.lane


@given(bands, views)
def test_what_reaches_into_the_view_is_found(band: Band, view: View) -> None:
    expected = {
        number
        for number, place in enumerate(band.places)
        if not view.start <= place.anchor <= view.end and place.start < view.end and place.end > view.start
    }
    assert set(band.passing(view, 1_000)) == expected
    assert len(band.passing(view, 3)) == min(3, len(expected))


def test_ten_thousand_on_one_day_are_one_group() -> None:
    one = place(performedDateTime="2023-09-20")
    band = Band([one] * 10_000)
    bounds = bounds_of(band.places)
    assert bounds is not None
    (group,) = band.layout(fitting(bounds, 800), 4).groups
    assert (group.count, group.lane) == (10_000, 0)


def test_as_many_as_there_are_lanes_stand_above_one_another() -> None:
    band = Band([place(performedDateTime="2023-09-20")] * 4)
    view = fitting(Bounds(band.places[0].start, band.places[0].end), 800)
    assert [(group.count, group.lane) for group in band.layout(view, 4).groups] == [(1, 0), (1, 1), (1, 2), (1, 3)]
    assert [(group.count, group.lane) for group in band.layout(view, 3).groups] == [(4, 0)]


@given(st.integers(0, LATE * 4), st.sampled_from(range(len(SIZES) - 1)))
def test_each_cell_lies_inside_of_a_larger_one(time: int, size: int) -> None:
    cells, larger = SIZES[size], SIZES[size + 1]
    start, end = cells.start(cells.number(time)), cells.start(cells.number(time) + 1)
    assert start <= time < end
    assert end - start >= cells.shortest or start == 0
    assert larger.shortest > cells.shortest
    assert larger.start(larger.number(time)) <= start
    assert end <= larger.start(larger.number(time) + 1)


def test_a_crowd_is_cut_where_years_begin() -> None:
    every_week = [place(performedDateTime=day_text(EARLY + week * 7 * DAY)) for week in range(1_000)]
    band = Band(every_week)
    bounds = bounds_of(every_week)
    assert bounds is not None
    groups = band.layout(fitting(bounds, 900), 4).groups
    assert len(groups) > 15
    for group in groups:
        assert day_text(band.anchors[group.first])[:4] == day_text(band.anchors[group.stop - 1])[:4]


# The view


@given(views, st.floats(0.01, 100), st.floats(0, 1))
def test_zooming_keeps_what_is_below_the_pointer(view: View, factor: float, share: float) -> None:
    x = share * view.width
    zoomed = view.zoomed(factor, x)
    assert zoomed.time(x) == pytest.approx(view.time(x), abs=0.01)
    assert zoomed.span >= CLOSEST * 0.999


def test_a_slip_of_the_pen_does_not_squash_the_rest() -> None:
    usual = [place(performedDateTime="1998-03-01"), place(performedDateTime="2023")]
    odd = [place(performedDateTime="0203-03-01"), place(performedDateTime="9998")]
    assert bounds_of([*usual, *odd]) == bounds_of(usual)
    assert bounds_of(odd) == Bounds(odd[0].start, odd[1].end)
    assert bounds_of([]) is None


def test_one_procedure_is_shown_in_the_year_around_it() -> None:
    only = place(performedDateTime="2023-09-20")
    view = fitting(Bounds(only.start, only.end), 800)
    assert view.span == pytest.approx(YEAR)
    assert view.x(only.anchor) == pytest.approx(400)


def test_moving_ends_where_the_last_mark_stands_in_the_middle() -> None:
    bounds = Bounds(EARLY, LATE)
    view = View(EARLY, EARLY + DAY, 100).panned(-10_000).kept_at(bounds)
    assert (view.start + view.end) / 2 == EARLY


# The axis

AXES = {
    "ninety years": ("1930-01-01", "2020-01-01", 1_000, ["1930", "1940", "1950"]),
    "ten years": ("2009-12-31", "2020-01-01", 1_000, ["2010", "2011", "2012"]),
    "one year": ("2018-12-31", "2019-12-31", 1_000, ["Jan 2019", "Feb 2019", "Mar 2019"]),
    "one year, narrow": ("2018-12-31", "2019-12-31", 400, ["Jan 2019", "Apr 2019", "Jul 2019", "Oct 2019"]),
    "two months": ("2019-02-10", "2019-04-10", 900, ["15 Feb 2019", "01 Mar 2019", "08 Mar 2019"]),
    "a week": ("2019-02-26", "2019-03-05", 1_000, ["26 Feb 2019", "27 Feb 2019", "28 Feb 2019", "01 Mar 2019"]),
    "two days": ("2019-02-28", "2019-03-02", 1_000, ["28 Feb 2019", "28 Feb 2019, 06:00", "28 Feb 2019, 12:00"]),
    "the first years": ("0001-01-01", "0004-01-01", 400, ["0001", "0002", "0003", "0004"]),
    "the last years": ("9996-01-01", "9999-12-31", 400, ["9996", "9997", "9998", "9999"]),
}


def seconds(day: str) -> int:
    return (date.fromisoformat(day).toordinal() - 1) * DAY


@pytest.mark.parametrize("name", AXES)
@pytest.mark.usefixtures("machine_zone")
def test_the_axis_says_years_months_days_or_hours(name: str) -> None:
    start, end, width, labels = AXES[name]
    view = View(seconds(start), seconds(end), width)
    found = [tick.label for tick in ticks(view) if tick.label]
    assert [label for label in found if label in labels] == labels
    assert found[0] == labels[0] or name == "two months"


@given(views, st.floats(1, 2))
def test_the_axis_is_in_order_and_not_crowded(view: View, room: float) -> None:
    lines = ticks(view, room)
    assert [line.time for line in lines] == sorted({line.time for line in lines})
    assert all(view.start <= line.time <= view.end for line in lines)
    labelled = [line for line in lines if line.label]
    # Weeks stand a little closer where a month ends.
    assert all(view.x(two.time) - view.x(one.time) >= 50 * room * 0.85 for one, two in pairwise(labelled))
    assert len(labelled) <= view.width / 40 + 2
    if view.span > 2 * HOUR and view.width > 400:
        assert labelled
