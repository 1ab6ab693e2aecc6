"""What a clinician reads first of a procedure: warnings, then facts in a steady order, only those that are present.

http://hl7.org/fhir/R4/procedure-definitions.html, with R5's names for the same. What has no place here is in the tree
of all elements.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from procedure_viewer.fhir.datatypes import (
    CodeableConcept,
    Coding,
    Resource,
    as_object,
    object_of,
    objects_of,
    paragraphs,
    read_concept,
    read_identifier,
    text_of,
    texts_of,
)
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.narrative import adds_to_the_record, narrative_text
from procedure_viewer.fhir.pointing import Pointers
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.shortening import LONGEST_TEXT, MOST_ITEMS, Shortened, shortened
from procedure_viewer.fhir.status import Status
from procedure_viewer.fhir.when import When, date_text
from procedure_viewer.fhir.words import translate

MOST_WARNINGS = 5
"""Unknown modifier extensions that are each warned of by name."""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A label and what there is to say, both for plain text; `value` may have several lines."""

    label: str
    value: str
    warning: bool = False
    """It may change the meaning of everything else."""


def summary(procedure: Procedure) -> tuple[Fact, ...]:
    """The facts of one procedure. Never raises, whatever its bytes are."""
    try:
        resource = as_object(decode_value(procedure.raw))
    except NotJson:
        resource = {}
    kept = shortened(resource)
    facts = [*_warnings(procedure, kept)]
    if procedure.readable:
        facts += _Facts(procedure, kept).all()
    if kept.cut_within:
        text = translate("fhir", "Parts of this record are too long for a summary: all of it is under Everything")
        facts.append(Fact(translate("fhir", "Not shown here"), text))
    return tuple(facts)


def _more(count: int) -> str:
    return translate("fhir", "and {count} more: see Everything").format(count=count)


def _warnings(procedure: Procedure, kept: Shortened) -> Iterator[Fact]:
    resource = kept.resource
    label = translate("fhir", "Warning")
    if not procedure.readable:
        yield Fact(
            label,
            translate("fhir", "This record can't be read as a Procedure. Its text is kept as it came."),
            warning=True,
        )
        return
    if procedure.entered_in_error:
        yield Fact(
            label, translate("fhir", "This record was entered in error: it should not be relied on."), warning=True
        )
    extensions = list(objects_of(resource, "modifierExtension"))
    for extension in extensions[:MOST_WARNINGS]:
        text = translate(
            "fhir", "An extension that this program doesn't know may change or negate what is shown: {url}"
        )
        yield Fact(
            label, text.format(url=text_of(extension, "url") or translate("fhir", "(without an address)")), warning=True
        )
    more = max(0, len(extensions) - MOST_WARNINGS) + kept.left_out.get("modifierExtension", 0)
    if more:
        yield Fact(label, _more(more), warning=True)
    if rules := text_of(resource, "implicitRules"):
        text = translate("fhir", "The record follows special rules that may change what is shown: {rules}")
        yield Fact(label, text.format(rules=rules), warning=True)
    if procedure.repeated:
        text = translate("fhir", "The server sent these elements more than once, and only the last is shown: {names}")
        yield Fact(label, text.format(names=", ".join(procedure.repeated)), warning=True)


class _Facts:
    """Puts the elements of one Procedure into words, in the order in which a clinician asks for them."""

    def __init__(self, procedure: Procedure, kept: Shortened) -> None:
        self._procedure = procedure
        self._resource = kept.resource
        self._left_out = kept.left_out
        self._pointers = Pointers(kept.resource)

    def all(self) -> Iterator[Fact]:
        """Every fact that has a value; several values of one element are lines of one fact."""
        for label, lines, *elements in self._labelled():
            more = sum(self._left_out.get(element, 0) for element in elements)
            value = "\n".join([*dict.fromkeys(filter(None, lines)), *([_more(more)] if more else [])])
            if value:
                yield Fact(label, value)

    def _labelled(self) -> Iterator[tuple[str, Iterable[str], *tuple[str, ...]]]:
        """Label, lines, and the elements that the lines come from where these may be lists."""
        procedure = self._procedure
        codings = procedure.code.codings
        yield translate("fhir", "Procedure"), [procedure.title[:LONGEST_TEXT]]
        yield translate("fhir", "Status"), [procedure.status_text[:LONGEST_TEXT]]
        yield self._reason_label(), self._concepts("statusReason")
        yield translate("fhir", "When"), [_when_text(procedure.when)[:LONGEST_TEXT]]
        yield translate("fhir", "Code"), [*map(self._code_text, codings[:MOST_ITEMS]), *_rest(codings)]
        yield translate("fhir", "Category"), self._concepts("category"), "category"
        yield translate("fhir", "Performer"), map(self._performer, self._objects("performer")), "performer"
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
        yield translate("fhir", "Note"), map(self._note, self._objects("note")), "note"
        yield translate("fhir", "Report"), self._references("report"), "report"
        yield translate("fhir", "Device"), map(self._device, self._objects("focalDevice")), "focalDevice"
        used = self._references("usedReference") + self._concepts("usedCode") + self._mixed("used")
        yield translate("fhir", "Used"), used, "usedReference", "usedCode", "used"
        yield translate("fhir", "Based on"), self._references("basedOn"), "basedOn"
        yield translate("fhir", "Part of"), self._references("partOf"), "partOf"
        yield translate("fhir", "Focus"), self._references("focus")
        yield translate("fhir", "Supporting information"), self._references("supportingInfo"), "supportingInfo"
        yield translate("fhir", "Recorded by"), self._references("recorder")
        yield translate("fhir", "Recorded"), [date_text(text_of(self._resource, "recorded"))]
        yield translate("fhir", "Stated by"), self._references("asserter") + self._references("reportedReference")
        yield translate("fhir", "Reported"), [self._reported()]
        yield translate("fhir", "Patient, as recorded"), [text_of(object_of(self._resource, "subject"), "display")]
        protocols = texts_of(self._resource, "instantiatesCanonical") + texts_of(self._resource, "instantiatesUri")
        yield translate("fhir", "Protocol"), protocols, "instantiatesCanonical", "instantiatesUri"
        yield translate("fhir", "Identifier"), map(self._identifier, self._objects("identifier")), "identifier"
        if adds_to_the_record(self._resource) or not procedure.code.label:
            yield translate("fhir", "Narrative"), [narrative_text(self._resource)]

    def _objects(self, element: str) -> Iterator[Resource]:
        return objects_of(self._resource, element)

    def _reason_label(self) -> str:
        match self._procedure.status:
            case Status.NOT_DONE:
                return translate("fhir", "Reason not done")
            case Status.STOPPED:
                return translate("fhir", "Reason stopped")
            case _:
                return translate("fhir", "Reason for status")

    def _code_text(self, coding: Coding) -> str:
        """ "CPT 23066", with the system's own words for it where the title uses others."""
        code = _coded(coding)
        words = coding.display if coding.display != self._procedure.title else ""
        return f"{code}: {words}" if code and words else code or words

    def _concepts(self, element: str) -> list[str]:
        value = self._resource.get(element)
        return [_concept_text(read_concept(concept)) for concept in (value if isinstance(value, list) else [value])]

    def _references(self, element: str) -> list[str]:
        return self._pointers.texts(objects_of(self._resource, element))

    def _mixed(self, element: str) -> list[str]:
        """R5's CodeableReference, R4's CodeableConcept under the same name."""
        lines = []
        for value in objects_of(self._resource, element):
            if "concept" in value or "reference" in value:
                lines += [
                    _concept_text(read_concept(value.get("concept"))),
                    self._pointers.text(value.get("reference")),
                ]
            else:
                lines.append(_concept_text(read_concept(value)))
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

    def _identifier(self, value: Resource) -> str:
        identifier = read_identifier(value)
        kind = identifier.type.label or identifier.system
        return f"{identifier.value} ({kind})" if identifier.value and kind else identifier.value


def _rest(codings: Sequence[Coding]) -> list[str]:
    return [_more(len(codings) - MOST_ITEMS)] if len(codings) > MOST_ITEMS else []


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
