"""What stands on the pages: whose they are, each procedure's facts, and at the foot where it all comes from."""

from datetime import datetime, timedelta

from procedure_viewer.chart.extract import Extract
from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.phrases import when_text
from procedure_viewer.fhir.procedure import Procedure, Status
from procedure_viewer.fhir.shortening import LONGEST_TEXT
from procedure_viewer.fhir.summary import summary
from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate
from procedure_viewer.printing.block import Paragraph
from procedure_viewer.printing.directions import with_own_direction

TITLE_SCALE = 1.15
NAME_SCALE = 1.35
SMALL = 0.85
LONGEST_ABOVE = 150
"""Characters of a title where it stands once more, above what goes on from the page before."""
_GAP = " " * 4


def banner(extract: Extract, longest: int) -> list[Paragraph]:
    """What tells this patient from others; on every page. Of a text no more than `longest` characters are told."""
    said = [Paragraph(shortened(extract.patient.name, longest), bold=True, scale=NAME_SCALE)]
    if extract.facts:
        said.append(_in_a_row([fact.text for fact in extract.facts], longest))
    else:
        said.append(Paragraph(translate("printing", "The record does not say to whom it belongs.")))
    if extract.remarks:
        said.append(_in_a_row(extract.remarks, longest, bold=True))
    if not extract.complete:
        words = translate("printing", "Not the whole list. {completeness}")
        told = shortened(extract.completeness, longest)
        said.append(Paragraph(words.format(completeness=told), bold=True))
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
    told = translate(
        "printing",
        "As the records themselves say it: looked-up names and the record history are shown in the window only.",
    )
    return [Paragraph(text, bold=True), *([Paragraph(told, scale=SMALL)] if extract.count else [])]


def of_procedure(procedure: Procedure) -> list[Paragraph]:
    """One procedure: its title, warnings, and whatever the summary says of it."""
    title = procedure.title[:LONGEST_TEXT]
    said = [Paragraph(title, bold=True, struck=procedure.entered_in_error, scale=TITLE_SCALE)]
    facts = summary(procedure)
    said += [Paragraph(f"{fact.label}: {fact.value}", bold=True) for fact in facts if fact.warning]
    rest = [fact for fact in facts if not fact.warning]
    if rest and procedure.readable and rest[0].value == title:
        del rest[0]  # it stands above
    for number, fact in enumerate(rest):
        # The status comes first. Whatever isn't done looks like it, also where nothing has a colour.
        stands_out = number == 0 and procedure.status is not Status.COMPLETED
        is_date = fact.label == translate("fhir", "When")  # what the eye looks for, going down a page
        said.append(Paragraph(fact.value, label=fact.label, bold=stands_out or is_date))
    return said


def continued(procedure: Procedure) -> list[Paragraph]:
    """What stands above the rest of a procedure that did not fit its page: a page is also read by itself."""
    title = procedure.title if len(procedure.title) <= LONGEST_ABOVE else f"{procedure.title[:LONGEST_ABOVE]}…"
    text = translate("printing", "{title} (continued)").format(title=with_own_direction(title))
    said = [Paragraph(text, bold=True, struck=procedure.entered_in_error)]
    if procedure.readable:
        what = (procedure.status_text[:LONGEST_ABOVE], when_text(procedure.when)[:LONGEST_ABOVE])
        told = ", ".join(map(with_own_direction, what))
        said.append(Paragraph(told, bold=procedure.status is not Status.COMPLETED))
    if any(fact.warning for fact in summary(procedure)):
        said.append(Paragraph(translate("printing", "There is a warning where this procedure begins."), bold=True))
    return said


def foot(extract: Extract, page: int, pages: int, version: str, longest: int) -> list[Paragraph]:
    """The foot of page `page`, counted from 1. Of a text no more than `longest` characters are told."""
    where = translate("printing", "From {server}. {completeness}").format(
        server=shortened(printable(extract.base_url), longest), completeness=shortened(extract.completeness, longest)
    )
    if extract.read_at is None:
        read = translate("printing", "Taken {made} while the list was still being read.")
    else:
        read = translate("printing", "List read {read}, taken from it {made}.")
    number = translate("printing", "Page {page} of {pages}").format(page=page, pages=pages)
    program = translate("printing", "Procedure Viewer {version}. For reading, not a legal record.")
    moments = read.format(read=_moment(extract.read_at), made=_moment(extract.made_at))
    return [
        Paragraph(where, scale=SMALL),
        Paragraph(moments, scale=SMALL),
        Paragraph(_GAP.join((number, program.format(version=version))), scale=SMALL),
    ]


def _in_a_row(texts: tuple[str, ...] | list[str], longest: int, *, bold: bool = False) -> Paragraph:
    return Paragraph(_GAP.join(with_own_direction(shortened(text, longest)) for text in texts), bold=bold)


def shortened(text: str, longest: int) -> str:
    """The text, or where it is longer its first `longest` characters and a word that it goes on."""
    if len(text) <= longest:
        return text
    return translate("printing", "{text}… (too long to be shown whole)").format(text=text[:longest])


def _moment(at: datetime | None) -> str:
    """Such as "25 Nov 2026 10:32 UTC+01:00"."""
    if at is None:
        return ""
    offset = f"{at:%z}"
    zone = f" UTC{offset[:3]}:{offset[3:5]}" if offset else ""
    if at.utcoffset() == timedelta(0):
        zone = " UTC"  # as the dates of the procedures say it
    return f"{date_text(at.date().isoformat())} {at:%H:%M}{zone}"
