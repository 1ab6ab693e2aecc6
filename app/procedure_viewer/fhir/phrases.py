"""FHIR's small data types in words, as a summary says them: concepts with their codes, notes, identifiers, extensions.

http://hl7.org/fhir/R4/datatypes.html and http://hl7.org/fhir/R4/extensibility.html. A code is said with its system's
name and with the words that the server gave for it; this program has none of its own.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from procedure_viewer.fhir.datatypes import (
    CodeableConcept,
    Coding,
    Resource,
    as_object,
    objects_of,
    paragraphs,
    printable,
    read_coding,
    read_concept,
    read_human_name,
    read_identifier,
    text_of,
)
from procedure_viewer.fhir.pointing import Pointers
from procedure_viewer.fhir.quantity import amount_text
from procedure_viewer.fhir.when import When, read_when
from procedure_viewer.fhir.words import translate

_OF_FHIR: Final = "http://hl7.org/fhir/StructureDefinition/"
_OF_COLONOSCOPIES: Final = "http://kreftregisteret.no/fhir/StructureDefinition/colonoscopyreport-"
_OF_R5: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Procedure."
_MOST_RAW: Final = 200
_DEEPEST: Final = 4
_WHEN: Final = frozenset({"DateTime", "Date", "Instant", "Period", "Timing", "Range"})
_AMOUNTS: Final = frozenset({"Quantity", "Duration", "Age", "Distance", "Count", "Money"})


def coded(coding: Coding) -> str:
    """ "CPT 23066"; "" without a code."""
    return f"{coding.system_name} {coding.code}".strip() if coding.code else ""


def coding_text(coding: Coding, said: str = "") -> str:
    """ "CPT 23066: Biopsy", the words only where they aren't `said` already."""
    code = coded(coding)
    words = coding.display if coding.display != said else ""
    return f"{code}: {words}" if code and words else code or words


def concept_text(value: object) -> str:
    """The words, and the codes in parentheses: "Left forearm (SNOMED CT 368225008)"."""
    concept = read_concept(value)
    label = concept.label
    codes = ", ".join(filter(None, (coding_text(coding, label) for coding in concept.codings)))
    bare = not concept.words and len(concept.codings) == 1
    return codes if bare else f"{label} ({codes})" if codes else label


def brief(value: object) -> str:
    """A concept's words alone, all that differ; its codes where there are none."""
    concept: CodeableConcept = read_concept(value)
    words = dict.fromkeys(filter(None, (concept.text, *(coding.display for coding in concept.codings))))
    return ", ".join(words) or ", ".join(filter(None, map(coded, concept.codings)))


def when_text(when: When) -> str:
    """With the local time beside it, where that differs: "20 Sep 2023, 21:18 UTC (23:18 local time)"."""
    return f"{when.text} ({when.local_text})" if when.local_text else when.text


def dated(fhir_date: str) -> str:
    """A date or dateTime as `when_text` says it; "" for ""."""
    return when_text(read_when({"performedDateTime": fhir_date})) if fhir_date else ""


def identifier_text(value: Resource) -> str:
    """ "104477201 (Medical record number, urn:example)"; "" without a value."""
    identifier = read_identifier(value)
    old = translate("fhir", "no longer used") if identifier.use == "old" else ""
    kind = ", ".join(filter(None, (identifier.type.label or identifier.system, old)))
    return f"{identifier.value} ({kind})" if identifier.value and kind else identifier.value


def note_text(note: Resource, pointers: Pointers) -> str:
    """http://hl7.org/fhir/R4/datatypes.html#Annotation: the words, with who wrote them and when."""
    text = note.get("text")
    author = text_of(note, "authorString") or pointers.text(note.get("authorReference"))
    source = ", ".join(filter(None, (author, dated(text_of(note, "time")))))
    words = paragraphs(text).strip() if isinstance(text, str) else ""
    return f"{words} ({source})" if words and source else words or source


def extension_label(url: str) -> str:
    """What a known extension of a Procedure is called; "" for one that isn't."""
    for base, labels in ((_OF_FHIR, _LABELS), (_OF_R5, _R5_LABELS), (_OF_COLONOSCOPIES, _COLONOSCOPY_LABELS)):
        if url.startswith(base) and (label := labels.get(url.removeprefix(base).removesuffix("-extension"))):
            return label()
    return ""


def extension_text(extension: Resource, pointers: Pointers, depth: int = 0) -> str:
    """Its value in words; of one that has parts, each with its name: "type: Sennosides; dose: 2"."""
    for name, value in extension.items():
        if name.startswith("value") and name != "value":
            return _value_text(name.removeprefix("value"), value, pointers)
    if depth >= _DEEPEST:
        return ""
    parts = (
        (extension_name(part), extension_text(part, pointers, depth + 1)) for part in objects_of(extension, "extension")
    )
    return "; ".join(f"{name}: {text}" if name else text for name, text in parts if text)


def extension_name(extension: Resource) -> str:
    """The last part of its address, which is all that there is of a name."""
    return text_of(extension, "url").rstrip("/").rpartition("/")[2].rpartition(":")[2]


def _value_text(kind: str, value: object, pointers: Pointers) -> str:
    if kind in _WHEN:
        return when_text(read_when({f"performed{kind}": value}))
    if kind in _AMOUNTS and (amount := amount_text(as_object(value))):
        return amount
    if isinstance(value, bool):
        return translate("fhir", "Yes") if value else translate("fhir", "No")
    reader = _READERS.get(kind)
    if reader is not None and (text := reader(as_object(value), pointers)):
        return text
    if isinstance(value, str):
        return paragraphs(value).strip()
    if value in (None, {}, []):
        return ""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return translate("fhir", "deeply nested")
    return printable(text if len(text) <= _MOST_RAW else text[:_MOST_RAW] + "…")


_READERS: Final[Mapping[str, Callable[[Resource, Pointers], str]]] = {
    "CodeableConcept": lambda value, _: concept_text(value),
    "Coding": lambda value, _: concept_text({"coding": [value]}) if read_coding(value) != Coding() else "",
    "Reference": lambda value, pointers: pointers.text(value),
    "CodeableReference": lambda value, pointers: (
        concept_text(value.get("concept")) or pointers.text(value.get("reference"))
    ),
    "Identifier": lambda value, _: identifier_text(value),
    "Annotation": note_text,
    "HumanName": lambda value, _: read_human_name(value).formal,
}

_LABELS: Final[Mapping[str, Callable[[], str]]] = {
    "procedure-method": lambda: translate("fhir", "Method"),
    "procedure-approachBodyStructure": lambda: translate("fhir", "Approach"),
    "procedure-targetBodyStructure": lambda: translate("fhir", "Target site"),
    "procedure-incisionDateTime": lambda: translate("fhir", "First incision"),
    "procedure-progressStatus": lambda: translate("fhir", "Progress"),
    "procedure-schedule": lambda: translate("fhir", "Schedule"),
    "procedure-causedBy": lambda: translate("fhir", "Caused by"),
    "procedure-directedBy": lambda: translate("fhir", "Directed by"),
}
"""http://hl7.org/fhir/R4/procedure-extensions.html"""
_R5_LABELS: Final[Mapping[str, Callable[[], str]]] = {
    "recorded": lambda: translate("fhir", "Recorded"),
    "reported": lambda: translate("fhir", "Reported"),
    "focus": lambda: translate("fhir", "Focus"),
    "supportingInfo": lambda: translate("fhir", "Supporting information"),
}
"""R5's elements in an R4 record: http://hl7.org/fhir/R5/versions.html#extensions"""
_COLONOSCOPY_LABELS: Final[Mapping[str, Callable[[], str]]] = {
    "laxatives": lambda: translate("fhir", "Laxatives"),
    "complicationconsequence": lambda: translate("fhir", "Consequence of the complication"),
    "partofbowelreached": lambda: translate("fhir", "Part of the bowel reached"),
    "caecumreacheddocumentation": lambda: translate("fhir", "Caecum reached, documented"),
    "withdrawaltime": lambda: translate("fhir", "Withdrawal time"),
    "medicationgiven": lambda: translate("fhir", "Medication given"),
    "sedationlevel": lambda: translate("fhir", "Sedation level"),
}
"""Reports on colonoscopies, as Norway's cancer registry has them."""
