"""FHIR's small data types, read tolerantly: what is missing or of a wrong type becomes "" or (), never an error.

http://hl7.org/fhir/R4/datatypes.html and http://hl7.org/fhir/R4/references.html. Every text comes out `printable`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

import msgspec

from procedure_viewer.fhir.systems import system_name

Resource = Mapping[str, object]
"""A decoded JSON object."""

_NOTHING: Final[Resource] = {}
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_KEPT_CATEGORY_CF: Final = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}")
_LINE_BREAKS: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}")
_BIDI_CONTROLS: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PATH: Final = re.compile(r"([A-Z][A-Za-z]{1,63})/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def printable(text: str) -> str:
    """Server text made safe for a one-line label.

    Line breaks and tabs become spaces, other control characters their visible pictures, and what could reorder or break
    the text around it (bidirectional controls, lone surrogates) U+FFFD, so that it is seen that something stood there.
    """
    return text if text.isprintable() else "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    if character in _LINE_BREAKS:
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))
    if character in _BIDI_CONTROLS or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff":
        return _REPLACEMENT
    return character


def paragraphs(text: str) -> str:
    """Like `printable`, for places that may have several lines: the line breaks stay."""
    return "\n".join(map(printable, text.splitlines()))


def text_of(resource: Resource, element: str) -> str:
    """The string at `element`, printable and without spaces around it; "" where there is none."""
    value = resource.get(element)
    if not isinstance(value, str):
        return ""
    # Asked ten times a row: nearly every text is printable as it is.
    return (value if value.isprintable() else printable(value)).strip()


def object_of(resource: Resource, element: str) -> Resource:
    """The object at `element`; an empty one where there is none."""
    return as_object(resource.get(element))


def as_object(value: object) -> Resource:
    """`value` if it is an object, otherwise an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def objects_of(resource: Resource, element: str) -> Iterator[Resource]:
    """The objects at `element`; a single one is taken for a list of one, what is no object is passed over."""
    value = resource.get(element)
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield item
    elif isinstance(value, dict):
        yield value


def texts_of(resource: Resource, element: str) -> tuple[str, ...]:
    """The strings at `element`, printable; a single one is taken for a list of one, empty ones are passed over."""
    value = resource.get(element)
    values = value if isinstance(value, list) else [value]
    return tuple(text for item in values if isinstance(item, str) and (text := printable(item).strip()))


class Coding(msgspec.Struct, frozen=True, gc=False):
    """One code in one code system."""

    system: str = ""
    code: str = ""
    display: str = ""

    @property
    def system_name(self) -> str:
        """What people call the system ("CPT"); an unknown one as the server gave it."""
        return system_name(self.system)


class CodeableConcept(msgspec.Struct, frozen=True, gc=False):
    """A concept in words, in codes, or both."""

    text: str = ""
    codings: tuple[Coding, ...] = ()

    @property
    def words(self) -> str:
        """The words for it: the text, else the first display, else ""."""
        if self.text:
            return self.text
        for coding in self.codings:
            if coding.display:
                return coding.display
        return ""

    @property
    def label(self) -> str:
        """The words for it, else the first code, else ""."""
        return self.words or next((coding.code for coding in self.codings if coding.code), "")


class ResourceKey(msgspec.Struct, frozen=True, gc=False):
    """Type and logical id of a resource: what two references to the same one have in common."""

    type: str
    id: str

    @property
    def text(self) -> str:
        """As a relative reference, "Patient/123"."""
        return f"{self.type}/{self.id}"


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A pointer to another resource; it may be no more than a name for it."""

    reference: str = ""
    type: str = ""
    display: str = ""

    def key(self, base_url: str = "") -> ResourceKey | None:
        """What it points at: None when it names no resource by type and id, or one of another server than `base_url`.

        Relative, absolute and versioned (`/_history/`) forms are understood. Without a `base_url` every absolute
        reference counts by its last two parts.
        """
        relative = _PATH.fullmatch(self.reference)
        if relative is None:
            relative = _relative_part(self.reference, base_url)
        return ResourceKey(relative[1], relative[2]) if relative else None


def _relative_part(reference: str, base_url: str) -> re.Match[str] | None:
    """The `Type/id` at the end of an absolute reference, if what stands before it is the base."""
    try:
        address = urlsplit(reference)
        origin = _origin(reference)
        base_origin = _origin(base_url)
    except ValueError:
        return None
    if origin is None or address.query or address.fragment:
        return None
    found = re.search(rf"/({_PATH.pattern})\Z", address.path)
    if found is None:
        return None
    base_path = urlsplit(base_url).path.rstrip("/")
    if base_url and (origin != base_origin or address.path[: found.start()] != base_path):
        return None
    return _PATH.fullmatch(found[1])


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for an address without a host. Raises ValueError for a port that is none."""
    parts = urlsplit(address)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]


class Identifier(msgspec.Struct, frozen=True, gc=False):
    """A business identifier, such as a medical record number."""

    system: str = ""
    value: str = ""
    type: CodeableConcept = CodeableConcept()
    use: str = ""


class HumanName(msgspec.Struct, frozen=True, gc=False):
    """One of a person's names."""

    use: str = ""
    text: str = ""
    family: str = ""
    given: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()

    @property
    def formal(self) -> str:
        """As a chart names a person: "OKAFOR, Ngozi Grace"; a suffix (Jr.) stays, as it tells a son from his father."""
        rest = " ".join((*self.given, *self.suffix))
        if self.family and rest:
            return f"{upper(self.family)}, {rest}"
        if self.family or self.given:
            return upper(self.family) or rest
        return self.text


def upper(family: str) -> str:
    """`family` in capitals that keep its length, so that Groß is not taken for Gross."""
    return family.replace("ß", "ẞ").upper()


def read_coding(value: object) -> Coding:
    """Read a Coding."""
    coding = as_object(value)
    return Coding(text_of(coding, "system"), text_of(coding, "code"), text_of(coding, "display"))


def read_concept(value: object) -> CodeableConcept:
    """Read a CodeableConcept; a plain string, which some servers send instead, is its text."""
    if isinstance(value, str):
        return CodeableConcept(printable(value).strip())
    concept = as_object(value)
    return CodeableConcept(text_of(concept, "text"), tuple(map(read_coding, objects_of(concept, "coding"))))


def read_reference(value: object) -> Reference:
    """Read a Reference."""
    reference = as_object(value)
    return Reference(text_of(reference, "reference"), text_of(reference, "type"), text_of(reference, "display"))


def read_identifier(value: object) -> Identifier:
    """Read an Identifier."""
    identifier = as_object(value)
    return Identifier(
        text_of(identifier, "system"),
        text_of(identifier, "value"),
        read_concept(identifier.get("type")),
        text_of(identifier, "use"),
    )


def read_human_name(value: object) -> HumanName:
    """Read a HumanName."""
    name = as_object(value)
    return HumanName(
        text_of(name, "use"),
        text_of(name, "text"),
        text_of(name, "family"),
        texts_of(name, "given"),
        texts_of(name, "prefix"),
        texts_of(name, "suffix"),
    )
