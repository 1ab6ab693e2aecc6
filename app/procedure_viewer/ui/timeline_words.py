"""What the timeline says in words: its heading, its tooltips, and what a screen reader hears."""

from collections import Counter
from collections.abc import Sequence

from procedure_viewer.chart.dated import Dated
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.texts import shortened

MOST_TITLES = 4
"""Different procedures of a group that its tooltip names."""


def heading(dated: Dated, total: int, *, loading: bool) -> str:
    """How many of `total` procedures the timeline shows, and of which years; `loading`: there may be more."""
    shown = len(dated.shown)
    if loading and not shown:
        return translate("timeline", "Timeline")
    if not shown and total:
        return translate("timeline", "Timeline: none of {total} procedures").format(total=total)
    if not shown:
        return translate("timeline", "Timeline: nothing to show")
    if not dated.count:
        return translate("timeline", "Timeline: nothing here has a date")
    if shown < total:
        counted = translate("timeline", "{count} of {total} procedures").format(count=shown, total=total)
    elif shown == 1:
        counted = translate("timeline", "1 procedure")
    else:
        counted = translate("timeline", "{count} procedures").format(count=shown)
    if loading:
        counted = translate("timeline", "{procedures} so far").format(procedures=counted)
    return translate("timeline", "Timeline: {procedures}, {years}").format(procedures=counted, years=_years(dated))


def description(dated: Dated, total: int, *, loading: bool) -> str:
    """The same with what the eye sees at once: where most of them stand."""
    parts = [heading(dated, total, loading=loading)]
    busiest = dated.busiest_year
    if busiest is not None:
        parts.append(translate("timeline", "most in {year}").format(year=f"{busiest:04}"))
    if dated.undated:
        parts.append(undated(len(dated.undated)))
    return ", ".join(parts)


def undated(count: int) -> str:
    """How many have no place on a timeline."""
    return translate("timeline", "{count} without a date").format(count=count)


def lines_of(procedures: Sequence[Procedure]) -> list[str]:
    """What a tooltip says of a mark or of a group, a line each."""
    if len(procedures) == 1:
        (only,) = procedures
        return [only.title, only.when.text, only.status_text]
    titles = Counter(procedure.title for procedure in procedures).most_common()
    named = [_counted(shortened(title, 80), count) for title, count in titles[:MOST_TITLES]]
    if len(titles) > MOST_TITLES:
        named.append(translate("timeline", "and {count} others").format(count=len(titles) - MOST_TITLES))
    statuses = Counter(procedure.status_text for procedure in procedures).most_common()
    return [
        translate("timeline", "{count} procedures, {dates}").format(
            count=len(procedures), dates=_dates(procedures[0], procedures[-1])
        ),
        *named,
        ", ".join(_counted(shortened(text, 40), count) for text, count in statuses),
    ]


def one_line(procedures: Sequence[Procedure]) -> str:
    """The same for a screen reader."""
    return ". ".join(lines_of(procedures))


def _counted(text: str, count: int) -> str:
    return translate("timeline", "{text} ({count} times)").format(text=text, count=count) if count > 1 else text


def _dates(first: Procedure, last: Procedure) -> str:
    """From the first's date to the last's, each as exactly as it is known."""
    texts = [_date(first), _date(last)]
    if texts[0] == texts[1]:
        return texts[0]
    return translate("timeline", "{start} to {end}").format(start=texts[0], end=texts[1])


def _date(procedure: Procedure) -> str:
    moments = procedure.when.moments
    return moments[0].stamp.date if moments else procedure.when.text


def _years(dated: Dated) -> str:
    first, last = dated.years or (0, 0)
    if first == last:
        return f"{first:04}"
    return translate("timeline", "{start} to {end}").format(start=f"{first:04}", end=f"{last:04}")
