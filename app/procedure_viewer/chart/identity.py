"""Whose chart this is, in words: what a banner, a printed page and an exported table say of a patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from procedure_viewer.chart.merging import Merging
from procedure_viewer.fhir.datatypes import Reference
from procedure_viewer.fhir.patient import Patient, PatientLink
from procedure_viewer.fhir.when import age_text, date_text
from procedure_viewer.fhir.words import translate

MOST_NAMES = 3
"""Maiden, former and nicknames that are told."""
MOST_LINKS = 4
"""Other records that are told; of further ones it is told how many."""
_ORDER = ("replaced-by", "refer", "replaces", "seealso")


@dataclass(frozen=True, slots=True)
class IdentityFact:
    """One thing that tells this patient from others: a sentence with a place for `value`, which is the record's."""

    sentence: str
    """Such as "Born {value}"."""
    value: str
    is_name: bool = False

    @property
    def text(self) -> str:
        """The whole of it."""
        return self.sentence.format(value=self.value)


def identity_facts(patient: Patient, today: date) -> tuple[IdentityFact, ...]:
    """Date of birth with age, sex, MRN (or what else identifies the patient), other names; () where none is stated."""
    if not patient.id:
        return ()
    not_stated = translate("chart", "not stated")
    born = date_text(patient.birth_date) or not_stated
    age = "" if patient.deceased else age_text(patient.birth_date, today)
    return (
        IdentityFact(translate("chart", "Born {value}"), f"{born} ({age})" if age else born),
        IdentityFact(translate("chart", "Sex {value}"), patient.sex or not_stated),
        _number(patient),
        *(IdentityFact(translate("chart", "Also {value}"), name, True) for name in patient.other_names[:MOST_NAMES]),
    )


def _number(patient: Patient) -> IdentityFact:
    """The MRN; without one whatever else identifies the patient, under another label."""
    if patient.mrn:
        return IdentityFact(translate("chart", "MRN {value}"), patient.mrn)
    other = next((identifier.value for identifier in patient.identifiers if identifier.value), "")
    if other:
        return IdentityFact(translate("chart", "MRN not stated, other identifier {value}"), other)
    return IdentityFact(translate("chart", "MRN {value}"), translate("chart", "not stated"))


def identity_remarks(patient: Patient, base_url: str, merging: Merging) -> tuple[str, ...]:
    """Deceased, inactive and merged, in words; and what the record says twice. `merging` is what is known besides."""
    remarks = []
    if patient.deceased:
        remarks.append(patient.deceased_text or translate("chart", "Deceased"))
    if patient.active is False:
        remarks.append(translate("chart", "Inactive record"))
    links = [link_text(link, base_url) for link in links_of(patient, base_url, merging)]
    remarks += links[:MOST_LINKS]
    if len(links) > MOST_LINKS:
        remarks.append(translate("chart", "and {count} more linked records").format(count=len(links) - MOST_LINKS))
    if patient.repeated:
        names = ", ".join(patient.repeated)
        remarks.append(translate("chart", "Sent twice, and only the last is read: {names}").format(names=names))
    return tuple(remarks)


def links_of(patient: Patient, base_url: str, merging: Merging) -> Sequence[PatientLink]:
    """The links to other records, the one to the record that counts first; also what only the other record of a merge
    tells. http://hl7.org/fhir/R4/patient.html#links"""
    links = list(patient.links)
    for kind, keys in (("replaced-by", merging.replaced_by), ("replaces", merging.replaces)):
        told = {link.other.key(base_url) for link in links if link.type == kind}
        links += [PatientLink(kind, Reference(key.text)) for key in keys if key not in told]
    return sorted(links, key=lambda link: _ORDER.index(link.type) if link.type in _ORDER else len(_ORDER))


def link_text(link: PatientLink, base_url: str) -> str:
    """What a link says, in words."""
    other = _other_text(link, base_url)
    match link.type:
        case "replaced-by":
            text = translate("chart", "Merged: this record was replaced by {other}")
        case "replaces":
            text = translate("chart", "Merged: this record replaces {other}")
        case "refer":
            text = translate("chart", "Not the main record of this patient, which is {other}")
        case "seealso":
            text = translate("chart", "Another record may be of the same patient: {other}")
        case _:
            text = translate("chart", "Linked to another record: {other}")
    return text.format(other=other)


def _other_text(link: PatientLink, base_url: str) -> str:
    key = link.other.key(base_url)
    if key is not None:
        return key.text
    if link.other.reference:
        return translate("chart", "{reference} (not on this server)").format(reference=link.other.reference)
    return link.other.display or translate("chart", "a record that is not named")
