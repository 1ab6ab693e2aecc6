"""What a clinician reads first of a procedure: warnings, then facts in a steady order, only those that are present.

http://hl7.org/fhir/R4/procedure-definitions.html, with R5's names for the same. What has no place here is in the tree
of all elements.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from procedure_viewer.fhir.datatypes import (
    CodeableConcept,
    Coding,
    Resource,
    as_object,
    object_of,
    paragraphs,
    printable,
    read_concept,
    read_identifier,
    text_of,
)
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.known import NOTHING, Known
from procedure_viewer.fhir.narrative import adds_to_the_record, narrative_text
from procedure_viewer.fhir.pointing import Pointers
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.provenance import history_text
from procedure_viewer.fhir.shortening import LONGEST_TEXT, MOST_ITEMS, Shortened, shortened
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.when import PROCEDURE_ELEMENTS, When, date_text
from procedure_viewer.fhir.words import translate

ROOT = "Procedure"
"""Where the paths of a Procedure's elements begin."""
MOST_WARNINGS = 5
"""Unknown modifier extensions that are each warned of by name."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One thing that is said, and the element that says it."""

    text: str
    """For plain text; a note may have line breaks."""
    path: str
    """What `fhir.elements` calls that element, "Procedure.performer[0]"; "" for none in particular."""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A label and what there is to say, both for plain text."""

    label: str
    lines: tuple[Line, ...]
    warning: bool = False
    """It may change the meaning of everything else."""

    @property
    def value(self) -> str:
        """The lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


def summary(procedure: Procedure, known: Known = NOTHING) -> tuple[Fact, ...]:
    """The facts of one procedure. Never raises, whatever its bytes are."""
    try:
        resource = as_object(decode_value(procedure.raw))
    except NotJson:
        resource = {}
    kept = shortened(resource)
    facts = [*_warnings(procedure, kept)]
    if procedure.readable:
        facts += _Facts(procedure, kept, known).all()
    if kept.cut_within:
        text = translate("fhir", "Parts of this record are too long for a summary: all of it is under Everything")
        facts.append(Fact(translate("fhir", "Not shown here"), (Line(text, ""),)))
    return tuple(facts)


def _more(count: int) -> str:
    return translate("fhir", "and {count} more: see Everything").format(count=count)


def _warnings(procedure: Procedure, kept: Shortened) -> Iterator[Fact]:
    label = translate("fhir", "Warning")
    for line in _warned_of(procedure, kept):
        yield Fact(label, (line,), warning=True)


def _warned_of(procedure: Procedure, kept: Shortened) -> Iterator[Line]:
    resource = kept.resource
    if not procedure.readable:
        yield Line(translate("fhir", "This record can't be read as a Procedure. Its text is kept as it came."), "")
        return
    if procedure.entered_in_error:
        text = translate("fhir", "This record was entered in error: it should not be relied on.")
        yield Line(text, f"{ROOT}.status")
    extensions = placed(resource, "modifierExtension")
    for path, extension in extensions[:MOST_WARNINGS]:
        text = translate(
            "fhir", "An extension that this program doesn't know may change or negate what is shown: {url}"
        )
        yield Line(text.format(url=text_of(extension, "url") or translate("fhir", "(without an address)")), path)
    more = max(0, len(extensions) - MOST_WARNINGS) + kept.left_out.get("modifierExtension", 0)
    if more:
        yield Line(_more(more), f"{ROOT}.modifierExtension")
    if rules := text_of(resource, "implicitRules"):
        text = translate("fhir", "The record follows special rules that may change what is shown: {rules}")
        yield Line(text.format(rules=rules), f"{ROOT}.implicitRules")
    if procedure.repeated:
        text = translate("fhir", "The server sent these elements more than once, and only the last is shown: {names}")
        yield Line(text.format(names=", ".join(procedure.repeated)), f"{ROOT}.{procedure.repeated[0]}")


def placed(resource: Resource, element: str, within: str = ROOT) -> list[tuple[str, Resource]]:
    """The objects at `element`, each with its path: only the items of a list have a number."""
    return [(path, value) for path, value in placed_values(resource, element, within) if isinstance(value, dict)]


def placed_values(resource: Resource, element: str, within: str = ROOT) -> list[tuple[str, object]]:
    """The values at `element`, of whatever type, each with its path."""
    value, path = resource.get(element), f"{within}.{element}"
    if isinstance(value, list):
        return [(f"{path}[{number}]", item) for number, item in enumerate(value)]
    return [] if value is None else [(path, value)]


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
        for label, lines, *elements in self._labelled():
            once: dict[str, Line] = {}
            for line in lines:
                if line.text:
                    once.setdefault(line.text, line)
            more = {name: self._left_out[name] for name in elements if name in self._left_out}
            if more:
                once[""] = Line(_more(sum(more.values())), f"{ROOT}.{next(iter(more))}")
            if once:
                yield Fact(label, tuple(once.values()))

    def _labelled(self) -> Iterator[tuple[str, Iterable[Line], *tuple[str, ...]]]:
        """Label, lines, and the elements that the lines come from where these may be lists."""
        procedure = self._procedure
        yield translate("fhir", "Procedure"), [Line(procedure.title[:LONGEST_TEXT], f"{ROOT}.code")]
        yield translate("fhir", "Status"), [Line(procedure.status_text[:LONGEST_TEXT], f"{ROOT}.status")]
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
        yield translate("fhir", "Recorded"), self._text("recorded", date_text(text_of(self._resource, "recorded")))
        history = [Line(history_text(note), "") for note in self._known.provenance]
        yield translate("fhir", "Record history"), history
        yield translate("fhir", "Stated by"), self._references("asserter") + self._references("reportedReference")
        yield translate("fhir", "Reported"), self._text("reportedBoolean", self._reported())
        yield translate("fhir", "Patient, as recorded"), self._said("subject", _display)
        protocols = self._texts("instantiatesCanonical") + self._texts("instantiatesUri")
        yield translate("fhir", "Protocol"), protocols, "instantiatesCanonical", "instantiatesUri"
        yield translate("fhir", "Identifier"), self._said("identifier", _identifier), "identifier"
        if adds_to_the_record(self._resource) or not procedure.code.label:
            yield translate("fhir", "Narrative"), [Line(narrative_text(self._resource), f"{ROOT}.text.div")]

    def _said(self, element: str, words: Callable[[Resource], str]) -> list[Line]:
        return [Line(words(value), path) for path, value in placed(self._resource, element)]

    def _text(self, element: str, text: str) -> list[Line]:
        return [Line(text, f"{ROOT}.{element}")]

    def _texts(self, element: str) -> list[Line]:
        return [
            Line(printable(value).strip(), path)
            for path, value in placed_values(self._resource, element)
            if isinstance(value, str)
        ]

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
        return self._text(name, _when_text(self._procedure.when)[:LONGEST_TEXT])

    def _codes(self) -> list[Line]:
        codings = self._procedure.code.codings
        paths = [path for path, _ in placed(object_of(self._resource, "code"), "coding", f"{ROOT}.code")]
        lines = [Line(self._code_text(coding), path) for coding, path in zip(codings, paths[:MOST_ITEMS], strict=False)]
        if len(codings) > MOST_ITEMS:
            lines.append(Line(_more(len(codings) - MOST_ITEMS), f"{ROOT}.code.coding"))
        return lines

    def _code_text(self, coding: Coding) -> str:
        """ "CPT 23066", with the system's own words for it where the title uses others."""
        code = _coded(coding)
        words = coding.display if coding.display != self._procedure.title else ""
        return f"{code}: {words}" if code and words else code or words

    def _concepts(self, element: str) -> list[Line]:
        return [
            Line(_concept_text(read_concept(value)), path) for path, value in placed_values(self._resource, element)
        ]

    def _references(self, element: str) -> list[Line]:
        return self._said(element, self._pointers.text)

    def _mixed(self, element: str) -> list[Line]:
        """R5's CodeableReference, R4's CodeableConcept under the same name."""
        lines = []
        for path, value in placed(self._resource, element):
            if "concept" in value or "reference" in value:
                lines += [
                    Line(_concept_text(read_concept(value.get("concept"))), f"{path}.concept"),
                    Line(self._pointers.text(value.get("reference")), f"{path}.reference"),
                ]
            else:
                lines.append(Line(_concept_text(read_concept(value)), path))
        return lines

    def _performer(self, performer: Resource) -> str:
        actor = self._pointers.text(performer.get("actor"))
        function = read_concept(performer.get("function")).label
        who = f"{actor} ({function})" if actor and function else actor or function
        organisation = self._pointers.text(performer.get("onBehalfOf"))
        if organisation:
            who = translate("fhir", "{who}, on behalf of {organisation}").format(who=who, organisation=organisation)
        return who

    def _device(self, device: Resource) -> str:
        manipulated = self._pointers.text(device.get("manipulated"))
        action = read_concept(device.get("action")).label
        return f"{manipulated} ({action})" if manipulated and action else manipulated or action

    def _note(self, note: Resource) -> str:
        """http://hl7.org/fhir/R4/datatypes.html#Annotation"""
        text = note.get("text")
        author = text_of(note, "authorString") or self._pointers.text(note.get("authorReference"))
        source = ", ".join(filter(None, (author, date_text(text_of(note, "time")))))
        words = paragraphs(text).strip() if isinstance(text, str) else ""
        return f"{words} ({source})" if words and source else words

    def _reported(self) -> str:
        """R5's `reportedBoolean`: whether somebody else than the one who did it told so."""
        reported = self._resource.get("reportedBoolean")
        if not isinstance(reported, bool):
            return ""
        return translate("fhir", "By report, not first-hand") if reported else translate("fhir", "First-hand")


def _display(reference: Resource) -> str:
    return text_of(reference, "display")


def _identifier(value: Resource) -> str:
    identifier = read_identifier(value)
    kind = identifier.type.label or identifier.system
    return f"{identifier.value} ({kind})" if identifier.value and kind else identifier.value


def _when_text(when: When) -> str:
    return f"{when.text} ({when.local_text})" if when.local_text else when.text


def _coded(coding: Coding) -> str:
    return f"{coding.system_name} {coding.code}".strip() if coding.code else ""


def _concept_text(concept: CodeableConcept) -> str:
    """The words, and the codes in parentheses: "Left forearm (SNOMED CT 368225008)"."""
    label = concept.label
    codes = ", ".join(filter(None, map(_coded, concept.codings)))
    bare = len(concept.codings) == 1 and label == concept.codings[0].code
    return codes if bare else f"{label} ({codes})" if codes else label
