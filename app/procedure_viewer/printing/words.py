"""What stands on the pages: whose they are, each procedure's facts, and at the foot where it all comes from."""

from datetime import datetime

from procedure_viewer import __version__
from procedure_viewer.chart.extract import Extract
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.summary import summary
from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate
from procedure_viewer.printing.block import Paragraph

TITLE_SCALE = 1.15
NAME_SCALE = 1.35
SMALL = 0.85
_GAP = " " * 4


def banner(extract: Extract) -> list[Paragraph]:
    """What tells this patient from others; on every page."""
    said = [Paragraph(extract.patient.name, bold=True, scale=NAME_SCALE)]
    if extract.facts:
        said.append(Paragraph(_GAP.join(fact.text for fact in extract.facts)))
    else:
        said.append(Paragraph(translate("printing", "The record does not say to whom it belongs.")))
    if extract.remarks:
        said.append(Paragraph(_GAP.join(extract.remarks), bold=True))
    if not extract.complete:
        said.append(
            Paragraph(
                translate("printing", "Not the whole list. {completeness}").format(completeness=extract.completeness),
                bold=True,
            )
        )
    return said


def opening(extract: Extract) -> list[Paragraph]:
    """What stands before the first procedure: how many of how many these are."""
    if extract.count == extract.listed == 1:
        text = translate("printing", "1 procedure")
    elif extract.count == extract.listed:
        text = translate("printing", "{count} procedures").format(count=extract.count)
    else:
        text = translate("printing", "{count} of the {listed} procedures that were read").format(
            count=extract.count, listed=extract.listed
        )
    return [Paragraph(text, bold=True)]


def of_procedure(procedure: Procedure) -> list[Paragraph]:
    """One procedure: its title, warnings, and whatever the summary says of it."""
    said = [Paragraph(procedure.title, bold=True, struck=procedure.entered_in_error, scale=TITLE_SCALE)]
    facts = summary(procedure)
    said += [Paragraph(f"{fact.label}: {fact.value}", bold=True) for fact in facts if fact.warning]
    rest = [fact for fact in facts if not fact.warning]
    # The first fact is the title, which stands above.
    said += [Paragraph(fact.value, label=fact.label) for fact in (rest[1:] if procedure.readable else rest)]
    return said


def continued(procedure: Procedure) -> list[Paragraph]:
    """What stands above the rest of a procedure that did not fit its page."""
    text = translate("printing", "{title} (continued)").format(title=procedure.title)
    return [Paragraph(text, bold=True, struck=procedure.entered_in_error)]


def foot(extract: Extract, page: int, pages: int) -> list[Paragraph]:
    """The foot of page `page`, counted from 1."""
    where = translate("printing", "From {server}. {completeness}").format(
        server=extract.base_url, completeness=extract.completeness
    )
    taken = translate("printing", "Taken {moment} with Procedure Viewer {version}. For reading, not a legal record.")
    number = translate("printing", "Page {page} of {pages}").format(page=page, pages=pages)
    return [
        Paragraph(printable(where), scale=SMALL),
        Paragraph(taken.format(moment=_moment(extract.made_at), version=__version__), scale=SMALL),
        Paragraph(number, bold=True, scale=SMALL),
    ]


def _moment(at: datetime) -> str:
    offset = f"{at:%z}"
    zone = f" UTC{offset[:3]}:{offset[3:5]}" if offset else ""
    return f"{date_text(at.date().isoformat())} {at:%H:%M}{zone}"
