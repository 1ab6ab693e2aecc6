"""A chart's completeness in words: counted, never implied."""

from dataclasses import dataclass
from datetime import datetime

from procedure_viewer.chart.age import ago_text, is_old, moment_text
from procedure_viewer.chart.belonging import Belonging
from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.chart.shortfall import Shortfall, reason
from procedure_viewer.fhir.words import translate


@dataclass(frozen=True, slots=True)
class Statement:
    """What may be said of a chart's completeness, and whether it is a warning."""

    text: str
    warning: bool


def statement_of(
    chart: OpenChart, *, errors_shown: bool = False, now: datetime | None = None, to_come: int = 0
) -> Statement:
    """The completeness of a chart, counting what was received.

    `errors_shown`: what was entered in error has rows. `now` is the local time, by which the age is told. `to_come`
    of the records have no row yet, because a window takes in so many at once: until then nothing is claimed.
    """
    if to_come:
        return Statement(_being_shown(chart, to_come), warning=False)
    if chart.standing is Standing.LOADING:
        return Statement(_progress(chart), warning=chart.reading_again_for is not None)
    now = now or chart.ended_at
    if chart.standing is Standing.COMPLETE and chart.loaded_at is not None and now is not None:
        return _whole(chart, chart.loaded_at, now, errors_shown=errors_shown)
    return _incomplete(chart, now, errors_shown=errors_shown)


def _progress(chart: OpenChart) -> str:
    """How far the reading under way has come; of a second one also why there is one."""
    count, total = chart.under_way.received, chart.under_way.total
    if chart.reading_again_for is not None:
        text = translate("chart", "Reading it again from the first page, because {reason}: {count} records so far")
        if total is not None:
            text = translate(
                "chart", "Reading it again from the first page, because {reason}: {count} of {total} records"
            )
        return text.format(reason=reason(chart.reading_again_for, None), count=count, total=total)
    if total is None:
        return translate("chart", "Loading: {count} records so far").format(count=count)
    return translate("chart", "Loading: {count} of {total} records").format(count=count, total=total)


def _being_shown(chart: OpenChart, to_come: int) -> str:
    """How many of the records have their row."""
    count = len(chart.procedures)
    return translate("chart", "Showing what was read: {count} of {total} records so far").format(
        count=count - to_come, total=count
    )


def _whole(chart: OpenChart, loaded_at: datetime, now: datetime, *, errors_shown: bool) -> Statement:
    """What is said of a chart whose pages add up; it warns of what is not shown, and of its age."""
    attention = sum(chart.withheld.values()) + chart.unreadable + len(chart.gone) + chart.unlisted
    moment = _moment(loaded_at, now)
    text = _all(chart).format(count=chart.received, time=moment)
    said = _in_brackets([*_pages(chart), *_aside(chart, errors_shown)])
    return Statement(text + said, warning=attention > 0 or is_old(loaded_at, now))


def _incomplete(chart: OpenChart, now: datetime | None, *, errors_shown: bool) -> Statement:
    """How much there is of how much, why, and when that was."""
    text = _how_much(chart)
    about = []
    if chart.ended_at is not None and now is not None and chart.pages:
        about.append(translate("chart", "loaded {time}").format(time=_moment(chart.ended_at, now)))
    about += [*_pages(chart), *_aside(chart, errors_shown)]
    return Statement(text + _in_brackets(about), warning=True)


def _moment(at: datetime, now: datetime) -> str:
    moment, ago = moment_text(at, now), ago_text(at, now)
    return translate("chart", "{time}, {ago}").format(time=moment, ago=ago) if ago else moment


def _all(chart: OpenChart) -> str:
    if chart.is_unstated:
        return translate("chart", "One record, opened by its id, loaded {time}")
    if chart.received == 0 and (chart.procedures or any(chart.withheld.values())):
        return translate("chart", "No record was found by the search itself, loaded {time}")
    if chart.received == 0:
        return translate("chart", "No procedures, checked {time}")
    if chart.unreadable:
        # What can't be read can't be shown either: "all" would be taken for all that there is to see.
        if chart.received == 1:
            return translate("chart", "1 record received, loaded {time}")
        return translate("chart", "{count} records received, loaded {time}")
    if chart.received == 1 and chart.included:
        return translate("chart", "The only record that was found by the search itself, loaded {time}")
    if chart.received == 1:
        return translate("chart", "The only record, loaded {time}")
    return translate("chart", "All {count} records, loaded {time}")


def _how_much(chart: OpenChart) -> str:
    if not chart.pages and chart.shortfall is Shortfall.FAILED:
        return translate("chart", "Not loaded")
    counts = str(chart.received)
    if chart.total is not None:
        counts = translate("chart", "{count} of {total}").format(count=chart.received, total=chart.total)
    if chart.shortfall is None:
        return translate("chart", "Incomplete: {counts} records").format(counts=counts)
    why = reason(chart.shortfall, chart.problem)
    if chart.second_shortfall is not None:
        why = translate("chart", "{first}; when it was read again: {second}").format(
            first=why, second=reason(chart.second_shortfall, chart.problem)
        )
    return translate("chart", "Incomplete: {counts} records ({reason})").format(counts=counts, reason=why)


def _pages(chart: OpenChart) -> list[str]:
    said = []
    if chart.pages > 1:
        said.append(translate("chart", "{count} pages").format(count=chart.pages))
    if chart.times_read > 1:
        said.append(translate("chart", "read twice"))
    return said


def _aside(chart: OpenChart, errors_shown: bool) -> list[str]:
    """What is to be known besides."""
    hidden = translate("chart", "{count} entered in error hidden")
    shown = translate("chart", "{count} entered in error shown")
    if chart.loaded_at is not None:
        unlisted = translate("chart", "{count} opened by its id, missing from the server's list")
    else:
        unlisted = translate("chart", "{count} opened by its id")
    remarks = (
        (chart.entered_in_error, shown if errors_shown else hidden),
        (chart.withheld[Belonging.OTHER], translate("chart", "{count} of another patient withheld")),
        (chart.withheld[Belonging.MERGED], translate("chart", "{count} of a merged record withheld")),
        (chart.withheld[Belonging.UNSTATED], translate("chart", "{count} without a stated patient withheld")),
        (chart.unreadable, translate("chart", "{count} unreadable and not shown")),
        (len(chart.gone), translate("chart", "{count} no longer on the server")),
        (chart.unlisted, unlisted),
        (chart.included, translate("chart", "{count} included besides")),
        (chart.sent_twice, translate("chart", "{count} sent twice and shown once")),
    )
    return [text.format(count=count) for count, text in remarks if count]


def _in_brackets(said: list[str]) -> str:
    return f" ({', '.join(said)})" if said else ""
