"""The procedures of a chart under headings, by year or by code."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from procedure_viewer.fhir.concepts import Concept
from procedure_viewer.fhir.prepared import Prepared
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.words import translate

Key = int | Concept | None
"""What a group has in common: a year, a concept; None for what has none."""


class Grouping(StrEnum):
    """By what the list is divided."""

    NONE = "none"
    YEAR = "year"
    CODE = "code"


@dataclass(slots=True)
class Group:
    """One heading and what belongs under it."""

    key: Key
    name: str
    """ "2023"; "Colonoscopy, CPT 45378"."""
    members: list[int]
    """The places of the rows that are to be seen, in their order."""
    withdrawn: int = 0
    """How many of the members were entered in error."""
    filtered: int = 0
    """How many more would be members, were it not for the filter; without those entered in error."""

    @property
    def text(self) -> str:
        """The heading with its counts: "2023 (14)"; what was entered in error counts apart."""
        counted = len(self.members) - self.withdrawn
        counts = str(counted)
        if self.filtered:
            counts = translate("tables", "{count} of {all}").format(count=counted, all=counted + self.filtered)
        if self.withdrawn:
            counts = translate("tables", "{counts}, and {errors} entered in error").format(
                counts=counts, errors=self.withdrawn
            )
        return translate("tables", "{group} ({counts})").format(group=self.name, counts=counts)


def key_of(row: Prepared, grouping: Grouping) -> Key:
    """The group that a row belongs to."""
    return row.year if grouping is Grouping.YEAR else row.concept


def grouped(
    places: Iterable[tuple[int, bool]],
    procedures: Sequence[Procedure],
    grouping: Grouping,
    *,
    backwards: bool,
) -> list[Group]:
    """The groups of these rows in order, latest year or first letter first; `backwards` is the other way round.

    Each place says whether it passes the filter; only those that do become members. What has no year, or neither code
    nor words, stands last either way.
    """
    groups: dict[Key, Group] = {}
    first: dict[Key, int] = {}
    for place, passes in places:
        key = key_of(procedures[place].prepared, grouping)
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(key, "", [])
        if place < first.setdefault(key, place):
            first[key] = place
        withdrawn = procedures[place].entered_in_error
        if passes:
            group.members.append(place)
            group.withdrawn += withdrawn
        elif not withdrawn:
            group.filtered += 1
    shown = [group for group in groups.values() if group.members]
    for group in shown:
        group.name = _name(group.key, grouping, procedures[first[group.key]])
    order: Callable[[Group], tuple[int | str, ...]] = _by_year if grouping is Grouping.YEAR else _by_name
    stated = sorted((group for group in shown if group.key is not None), key=order, reverse=backwards)
    return stated + [group for group in shown if group.key is None]


def _by_year(group: Group) -> tuple[int | str, ...]:
    return (-group.key,) if isinstance(group.key, int) else ()


def _by_name(group: Group) -> tuple[int | str, ...]:
    return (group.name.casefold(), group.name)


def _name(key: Key, grouping: Grouping, procedure: Procedure) -> str:
    """A group's name; a code's words are those of the first record that came with it."""
    if grouping is Grouping.YEAR:
        return f"{key:04}" if isinstance(key, int) else translate("tables", "Not dated")
    if not isinstance(key, tuple):
        return translate("tables", "Without code or words")
    system, code = key
    if not system:
        return procedure.title
    if procedure.title == code:
        return f"{system} {code}"
    return translate("tables", "{title}, {system} {code}").format(title=procedure.title, system=system, code=code)
