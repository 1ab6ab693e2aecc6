"""What leaves the program: which records, of whose chart, read when and where, and how complete the list was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from procedure_viewer.chart.identity import IdentityFact, identity_facts, identity_remarks
from procedure_viewer.chart.open_chart import OpenChart, Standing
from procedure_viewer.chart.statement import statement_of
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.procedure import Procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Some records of one chart, and all that is to be known about them beside their content.

    It is taken at one moment and never changes: whatever becomes of the chart, what leaves is what was asked for.
    """

    patient: Patient = field(repr=False)
    """With the name "Patient not stated" and no id where the record opened names nobody."""
    facts: tuple[IdentityFact, ...] = field(repr=False)
    remarks: tuple[str, ...] = field(repr=False)
    """Deceased, inactive, merged, in words."""
    base_url: str
    """Of the server that has the records."""
    procedures: tuple[Procedure, ...] = field(repr=False)
    """In the order of the list that they were taken from."""
    listed: int
    """How many records the open chart has to show, chosen or not."""
    read_at: datetime | None
    """Local time with offset: when the reading of the list had ended; None while it goes on."""
    made_at: datetime
    """Local time with offset: when the records were taken."""
    complete: bool
    """Whether the list that they were taken from is all that the server has of this patient, and can be read."""
    completeness: str
    """What the list itself says of that: "All 312 records, loaded 10:32", "Incomplete: 200 of 312 records (...)"."""

    @property
    def count(self) -> int:
        """How many records leave."""
        return len(self.procedures)


def extract_from(
    chart: OpenChart,
    procedures: Sequence[Procedure],
    now: datetime,
    *,
    errors_shown: bool = False,
    to_come: int = 0,
) -> Extract:
    """Take these records out of the chart at the local time `now`.

    `errors_shown`: what was entered in error has rows. `to_come` of the chart's records have no row yet. Raises
    ValueError for a record that the chart doesn't show: nobody else's leaves under this patient's name.
    """
    shown = set(map(id, chart.procedures))
    if not all(id(procedure) in shown for procedure in procedures):
        raise ValueError("a record that is not in the open chart")
    return Extract(
        patient=chart.patient,
        facts=identity_facts(chart.patient, now.date()),
        remarks=identity_remarks(chart.patient, chart.base_url, chart.merging),
        base_url=chart.base_url,
        procedures=tuple(procedures),
        listed=len(chart.procedures),
        read_at=chart.ended_at,
        made_at=now,
        # What can't be read can't leave either: the statement doesn't say "all" then, and no file may.
        complete=chart.standing is Standing.COMPLETE and not to_come and not chart.unreadable,
        completeness=statement_of(chart, errors_shown=errors_shown, now=now, to_come=to_come).text,
    )
