"""What a clinician reads first of a procedure: warnings, then facts in a steady order, only those that are present.

http://hl7.org/fhir/R4/procedure-definitions.html, with R5's names for the same. What has no place here is in the tree
of all elements.
"""

from collections.abc import Callable, Iterable, Iterator

from procedure_viewer.fhir.cautions import cautions
from procedure_viewer.fhir.datatypes import Resource, as_object, object_of, printable, read_coding, text_of
from procedure_viewer.fhir.fact import ROOT, Fact, Line, placed, placed_values
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.narrative import adds_to_the_record, narrative_markup, narrative_text
from procedure_viewer.fhir.phrases import (
    brief,
    coding_text,
    concept_text,
    dated,
    extension_label,
    extension_name,
    extension_text,
    identifier_text,
    note_text,
    when_text,
)
from procedure_viewer.fhir.pointing import Pointers
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.provenance import history_text
from procedure_viewer.fhir.shortening import LONGEST_TEXT, MOST_ITEMS, Shortened, shortened
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.when import PROCEDURE_ELEMENTS, read_when
from procedure_viewer.fhir.words import translate


def summary(procedure: Procedure, known: Known = NOTHING) -> tuple[Fact, ...]:
    """The facts of one procedure. Never raises, whatever its bytes are."""
    try:
        resource = as_object(decode_value(procedure.raw))
    except NotJson:
        resource = {}
    kept = shortened(resource)
    label = translate("fhir", "Warning")
    facts = [Fact(label, (line,), warning=True) for line in cautions(procedure, resource)]
    if procedure.readable:
        facts += _Facts(procedure, kept, known).all()
    if kept.cut_within:
        text = translate("fhir", "Parts of this record are too long for a summary: all of it is under Everything")
        facts.append(Fact(not_shown(), (Line(text, ""),)))
    return tuple(facts)


def not_shown() -> str:
    """The label of the fact that says that parts of a record are in no other fact."""
    return translate("fhir", "Not shown here")


def _more(count: int) -> str:
    return translate("fhir", "and {count} more: see Everything").format(count=count)


class _Facts:
    """Puts the elements of one Procedure into words, in the order in which a clinician asks for them."""

    def __init__(self, procedure: Procedure, kept: Shortened, known: Known) -> None:
        self._procedure = procedure
        self._resource = kept.resource
        self._left_out = kept.left_out
        self._pointers = Pointers(kept.resource, known)
        self._known = known

    def all(self) -> Iterator[Fact]:
        """Every fact that has a value; several values of one element are lines of one fact."""
        found: dict[str, dict[str, Line]] = {}
        for label, lines, *elements in self._labelled():
            once = found.setdefault(label, {})
            for line in lines:
                if line.text:
                    once.setdefault(line.text, line)
            if self._left_out:
                more = {name: self._left_out[name] for name in elements if name in self._left_out}
                if more:
                    once[""] = Line(_more(sum(more.values())), f"{ROOT}.{next(iter(more))}")
        for label, once in found.items():
            if once:
                yield Fact(label, tuple(once.values()))
        yield from self._narrative()

    def _labelled(self) -> Iterator[tuple[str, Iterable[Line], *tuple[str, ...]]]:
        """Label, lines, and the elements that the lines come from where these may be lists."""
        procedure = self._procedure
        yield translate("fhir", "Procedure"), self._text("code", procedure.title[:LONGEST_TEXT])
        yield translate("fhir", "Status"), self._text("status", self._status()[:LONGEST_TEXT])
        yield self._reason_label(), self._concepts("statusReason")
        yield translate("fhir", "When"), self._when()
        yield translate("fhir", "Code"), self._codes()
        yield translate("fhir", "Category"), self._concepts("category"), "category"
        yield translate("fhir", "Performer"), self._said("performer", self._performer), "performer"
        yield translate("fhir", "Location"), self._references("location")
        yield translate("fhir", "Encounter"), self._references("encounter")
        reasons = self._concepts("reasonCode") + self._references("reasonReference") + self._mixed("reason")
        yield translate("fhir", "Reason"), reasons, "reasonCode", "reasonReference", "reason"
        sites = self._concepts("bodySite") + self._references("bodyStructure")
        yield translate("fhir", "Body site"), sites, "bodySite", "bodyStructure"
        yield translate("fhir", "Outcome"), self._concepts("outcome"), "outcome"
        complications = self._mixed("complication") + self._references("complicationDetail")
        yield translate("fhir", "Complication"), complications, "complication", "complicationDetail"
        yield translate("fhir", "Follow-up"), self._concepts("followUp"), "followUp"
        yield translate("fhir", "Note"), self._said("note", self._note), "note"
        yield translate("fhir", "Report"), self._references("report"), "report"
        yield translate("fhir", "Device"), self._said("focalDevice", self._device), "focalDevice"
        used = self._references("usedReference") + self._concepts("usedCode") + self._mixed("used")
        yield translate("fhir", "Used"), used, "usedReference", "usedCode", "used"
        yield translate("fhir", "Based on"), self._references("basedOn"), "basedOn"
        yield translate("fhir", "Part of"), self._references("partOf"), "partOf"
        yield translate("fhir", "Focus"), self._references("focus")
        yield translate("fhir", "Supporting information"), self._references("supportingInfo"), "supportingInfo"
        yield translate("fhir", "Recorded by"), self._references("recorder")
        yield translate("fhir", "Recorded"), self._text("recorded", dated(text_of(self._resource, "recorded")))
        history = [Line(history_text(note), "") for note in self._known.provenance]
        yield translate("fhir", "Record history"), history
        yield translate("fhir", "Stated by"), self._references("asserter") + self._references("reportedReference")
        yield translate("fhir", "Reported"), self._text("reportedBoolean", self._reported())
        yield translate("fhir", "Patient, as recorded"), self._said("subject", _subject)
        protocols = self._texts("instantiatesCanonical") + self._texts("instantiatesUri")
        yield translate("fhir", "Protocol"), protocols, "instantiatesCanonical", "instantiatesUri"
        yield translate("fhir", "Identifier"), self._said("identifier", identifier_text), "identifier"
        yield from self._extensions()
        yield translate("fhir", "Contained"), self._contained(), "contained"
        meta, path = object_of(self._resource, "meta"), f"{ROOT}.meta"
        labels = [Line(concept_text({"coding": [tag]}), at) for at, tag in placed(meta, "security", path)]
        yield translate("fhir", "Security label"), labels
        updated = dated(text_of(meta, "lastUpdated"))
        yield translate("fhir", "Changed on the server"), [Line(updated, f"{path}.lastUpdated")]

    def _narrative(self) -> Iterator[Fact]:
        if adds_to_the_record(self._resource) or not self._procedure.code.label:
            text = narrative_text(self._resource)
            if text:
                line = Line(text, f"{ROOT}.text.div")
                yield Fact(translate("fhir", "Narrative"), (line,), markup=narrative_markup(self._resource))

    def _said(self, element: str, words: Callable[[Resource], str]) -> list[Line]:
        return [Line(words(value), path) for path, value in placed(self._resource, element)]

    def _text(self, element: str, text: str) -> list[Line]:
        """What is said of an element even where it is missing."""
        return [Line(text, f"{ROOT}.{element}" if element in self._resource else "")]

    def _texts(self, element: str) -> list[Line]:
        return [
            Line(printable(value).strip(), path)
            for path, value in placed_values(self._resource, element)
            if isinstance(value, str)
        ]

    def _status(self) -> str:
        text = self._procedure.status_text
        if self._procedure.status is Status.UNKNOWN:
            # It must not be taken for done, and on some servers every record has it: no warning would be read any more.
            return translate("fhir", "{status} (the record does not say whether it was done)").format(status=text)
        return text

    def _reason_label(self) -> str:
        match self._procedure.status:
            case Status.NOT_DONE:
                return translate("fhir", "Reason not done")
            case Status.STOPPED:
                return translate("fhir", "Reason stopped")
            case _:
                return translate("fhir", "Reason for status")

    def _when(self) -> list[Line]:
        name = next((name for name in self._resource if name.startswith(PROCEDURE_ELEMENTS)), PROCEDURE_ELEMENTS[0])
        return self._text(name, when_text(self._procedure.when)[:LONGEST_TEXT])

    def _codes(self) -> list[Line]:
        code, path = object_of(self._resource, "code"), f"{ROOT}.code"
        title = self._procedure.title
        lines = [Line(coding_text(read_coding(coding), title), at) for at, coding in placed(code, "coding", path)]
        if (rest := len(self._procedure.code.codings) - MOST_ITEMS) > 0:
            lines.append(Line(_more(rest), f"{path}.coding"))
        return lines

    def _concepts(self, element: str) -> list[Line]:
        return [Line(concept_text(value), path) for path, value in placed_values(self._resource, element)]

    def _references(self, element: str) -> list[Line]:
        return self._said(element, self._pointers.text)

    def _mixed(self, element: str) -> list[Line]:
        """R5's CodeableReference, R4's CodeableConcept under the same name."""
        lines = []
        for path, value in placed(self._resource, element):
            if "concept" in value or "reference" in value:
                lines += [
                    Line(concept_text(value.get("concept")), f"{path}.concept"),
                    Line(self._pointers.text(value.get("reference")), f"{path}.reference"),
                ]
            else:
                lines.append(Line(concept_text(value), path))
        return lines

    def _performer(self, performer: Resource) -> str:
        actor = self._pointers.text(performer.get("actor"))
        function = brief(performer.get("function"))
        who = f"{actor} ({function})" if actor and function else actor or function
        organisation = self._pointers.text(performer.get("onBehalfOf"))
        if organisation:
            who = translate("fhir", "{who}, on behalf of {organisation}").format(who=who, organisation=organisation)
        if performer.get("period"):  # R5
            who = ", ".join(filter(None, (who, when_text(read_when({"performedPeriod": performer["period"]})))))
        return who

    def _device(self, device: Resource) -> str:
        manipulated = self._pointers.text(device.get("manipulated"))
        action = brief(device.get("action"))
        return f"{manipulated} ({action})" if manipulated and action else manipulated or action

    def _note(self, note: Resource) -> str:
        return note_text(note, self._pointers)

    def _extensions(self) -> Iterator[tuple[str, Iterable[Line], *tuple[str, ...]]]:
        """A fact for each extension that has a name, and one for all others."""
        known: dict[str, list[Line]] = {}
        others: list[Line] = []
        for path, extension in placed(self._resource, "extension"):
            text = extension_text(extension, self._pointers)
            label = extension_label(text_of(extension, "url"))
            if label:
                known.setdefault(label, []).append(Line(text, path))
            elif text:
                name = extension_name(extension)
                others.append(Line(f"{name}: {text}" if name else text, path))
        for label, lines in known.items():
            yield label, lines
        yield translate("fhir", "Further details"), others, "extension"

    def _contained(self) -> list[Line]:
        """The resources within this one, by type and name, whether or not anything points at them."""
        lines = []
        for path, resource in placed(self._resource, "contained"):
            kind, name = (
                text_of(resource, "resourceType"),
                self._pointers.text({"reference": f"#{text_of(resource, 'id')}"}),
            )
            lines.append(Line(f"{kind}: {name}" if kind and name and name != kind else kind or name, path))
        return lines

    def _reported(self) -> str:
        """R5's `reportedBoolean`: whether somebody else than the one who did it told so."""
        reported = self._resource.get("reportedBoolean")
        if not isinstance(reported, bool):
            return ""
        return translate("fhir", "By report, not first-hand") if reported else translate("fhir", "First-hand")


def _subject(reference: Resource) -> str:
    """What names the patient beside the reference itself, which the open chart stands for."""
    return text_of(reference, "display") or identifier_text(object_of(reference, "identifier"))
