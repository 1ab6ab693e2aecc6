"""Which procedures the reader wants to see: by words, status, years and code systems."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from procedure_viewer.fhir.concepts import for_search
from procedure_viewer.fhir.prepared import AFTER_ALL, BEFORE_ALL, Prepared
from procedure_viewer.fhir.status import Status, status_text
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.texts import shortened

LONGEST_NAME = 60
"""Characters of a code system's name in a menu and in the words for a filter."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is chosen; within one kind any of the choices will do, and every kind has to be met."""

    text: str = ""
    """Words that all occur in a row, in whatever order."""
    statuses: frozenset[Status] = frozenset()
    first_year: int | None = None
    last_year: int | None = None
    undated: bool = False
    """Whether what can't be placed in time is among what was chosen."""
    systems: frozenset[str] = frozenset()
    """Names of code systems; "" for what has none."""
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(for_search(self.text).split()))

    @property
    def has_years(self) -> bool:
        """Whether a range of years was chosen."""
        return self.first_year is not None or self.last_year is not None

    @property
    def active(self) -> bool:
        """Whether there is anything in it that could hide a row."""
        return bool(self.words or self.statuses or self.systems or self.has_years or self.undated)

    def passing(self, rows: Sequence[Prepared], texts: Collection[str], former: "Filters | None" = None) -> list[bool]:
        """Of each row whether it is to be seen. Of words, what rows have in common is looked at once: `texts` are all
        that any of them says. Where the rows have passed a `former` filter that this one narrows, only what is new in
        it is asked for."""
        if former is None and (self.statuses or self.systems or self.has_years or self.undated):
            passing = list(map(self._passes_choices, rows))
        else:
            passing = [True] * len(rows)
        for word in self.words:
            if former is not None and word in former.words:
                continue
            saying = {text for text in texts if word in text}
            pairs = zip(passing, rows, strict=True)
            passing = [was and (row.said in saying or word in row.dated) for was, row in pairs]
        return passing

    def narrows(self, former: "Filters") -> bool:
        """Whether nothing can pass that `former` keeps back: as when one goes on typing a word."""
        return (
            (self.statuses, self.systems, self.first_year, self.last_year, self.undated)
            == (former.statuses, former.systems, former.first_year, former.last_year, former.undated)
            and bool(former.words)
            and all(any(word in longer for longer in self.words) for word in former.words)
        )

    def pass_through(self, row: Prepared) -> bool:
        """Whether a row is to be seen."""
        return self._passes_choices(row) and all(map(row.has, self.words))

    def _passes_choices(self, row: Prepared) -> bool:
        return (
            (not self.statuses or row.status in self.statuses)
            and (not self.systems or not self.systems.isdisjoint(row.systems))
            and self._is_in_time(row)
        )

    def _is_in_time(self, row: Prepared) -> bool:
        if not self.has_years:
            return not self.undated or row.first_year is None
        if row.first_year is None:
            return self.undated
        first = BEFORE_ALL if self.first_year is None else self.first_year
        last = AFTER_ALL if self.last_year is None else self.last_year
        return row.lies_in(first, last)


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from in a chart, each with the number of its records."""

    statuses: dict[Status, int]
    """In the order in which R4 lists them."""
    systems: dict[str, int]
    """From A to Z, "" last."""
    years: dict[int, int]
    """Each year in which a record starts or ends, latest first, with all that may lie in it."""
    undated: int


def choices_in(rows: Iterable[Prepared]) -> Choices:
    """The choices that there are in these rows."""
    statuses: Counter[Status] = Counter()
    systems: Counter[str] = Counter()
    starts: list[int] = []
    ends: list[int] = []
    undated = 0
    for row in rows:
        statuses[row.status] += 1
        systems.update(row.systems)
        if row.first_year is None or row.last_year is None:
            undated += 1
        else:
            starts.append(row.first_year)
            ends.append(row.last_year)
    starts.sort()
    ends.sort()
    years = {year for year in (*starts, *ends) if BEFORE_ALL < year < AFTER_ALL}
    return Choices(
        statuses={status: statuses[status] for status in Status if status in statuses},
        systems={name: systems[name] for name in sorted(systems, key=lambda name: (not name, name.casefold(), name))},
        years={
            # What has started by then and has not ended before: absurd dates may make thousands of years.
            year: bisect_right(starts, year) - bisect_left(ends, year)
            for year in sorted(years, reverse=True)
        },
        undated=undated,
    )


def status_name(status: Status) -> str:
    """What a status is called where no record is at hand."""
    return translate("tables", "Unlisted") if status is Status.UNLISTED else status_text(status, "")


def system_label(name: str) -> str:
    """What a code system is called in a menu."""
    return shortened(name, LONGEST_NAME) or translate("tables", "No code system")


def describe(filters: Filters) -> str:
    """The filters in words: "“biopsy”; Status: Completed; 2019–2023"; "" where none is active."""
    parts = []
    if filters.words:
        parts.append(translate("tables", "“{text}”").format(text=shortened(" ".join(filters.text.split()))))
    if filters.statuses:
        names = [status_name(status) for status in Status if status in filters.statuses]
        parts.append(translate("tables", "Status: {names}").format(names=", ".join(names)))
    if filters.has_years or filters.undated:
        parts.append(_years_text(filters))
    if filters.systems:
        names = [system_label(name) for name in sorted(filters.systems)]
        parts.append(translate("tables", "Code system: {names}").format(names=", ".join(names)))
    return "; ".join(parts)


def _years_text(filters: Filters) -> str:
    first, last = filters.first_year, filters.last_year
    if first is None and last is None:
        return translate("tables", "Not dated")
    if first is None:
        text = translate("tables", "until {year}").format(year=last)
    elif last is None:
        text = translate("tables", "from {year}").format(year=first)
    elif first == last:
        text = str(first)
    else:
        text = translate("tables", "{first}–{last}").format(first=first, last=last)
    return translate("tables", "{years} or not dated").format(years=text) if filters.undated else text
