"""People whose records aren't as tidy as one would like: merged, out of use, deceased, without a name or a number."""

from typing import Any

from procedure_viewer.demo.records import illnesses as ill
from procedure_viewer.demo.records.courses import newborn, prevention
from procedure_viewer.demo.records.keys import patient_key
from procedure_viewer.demo.records.people import Person, identifier, name

_ADULT = (prevention, 2010)
_LATE = (prevention, 2016)


def _link(other: str, kind: str) -> dict[str, Any]:
    return {"link": [{"other": {"reference": f"Patient/{patient_key(other)}", "type": "Patient"}, "type": kind}]}


def _birth_sex(code: str) -> dict[str, Any]:
    return {
        "extension": [{"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": code}]
    }


UNTIDY = (
    Person(
        slug="thompson-margaret",
        family="Thompson",
        given=("Margaret",),
        sex="female",
        born="1944-01-09",
        history=((prevention, 2020),),
        more={"active": False, **_link("thompson-margaret-rose", "replaced-by")},
    ),
    Person(
        slug="thompson-margaret-rose",
        family="Thompson",
        given=("Margaret", "Rose"),
        sex="female",
        born="1944-01-09",
        history=((prevention, 2008), (ill.HIP_FRACTURE, 2023), (ill.LEG_ULCER, 2024)),
        more=_link("thompson-margaret", "replaces"),
    ),
    Person(
        slug="williams-denise",
        family="Williams",
        given=("Denise",),
        sex="female",
        born="1936-02-14",
        history=(_ADULT, (ill.COLON_CANCER, 2019)),
        more={"deceasedDateTime": "2024-05-17T03:40:00+00:00"},
    ),
    Person(
        slug="brown-harold",
        family="Brown",
        given=("Harold",),
        sex="male",
        born="1931-10-01",
        history=((prevention, 2008), (ill.PROSTATECTOMY, 2009)),
        more={"active": False},
    ),
    Person(slug="lindqvist", family="Lindqvist", given=("Elsa",), sex="female", born="2004-12-31"),
    Person(
        slug="mwangi",
        family="Mwangi",
        given=("Joseph",),
        sex="male",
        born="1948",
        history=(_LATE, (ill.CATARACTS, 2018)),
    ),
    Person(
        slug="rahimi",
        family="Rahimi",
        given=("Parwin",),
        sex="female",
        born="1972-06",
        history=(_LATE, (ill.SEVERE_DEPRESSION, 2021)),
    ),
    Person(slug="unnamed", sex="unknown", mrn="", history=((ill.APPENDICITIS, 2025),), more={"telecom": []}),
    Person(
        slug="suharti",
        sex="female",
        born="1990-01-01",
        other_names=({"use": "official", "text": "Suharti", "given": ["Suharti"]},),
        history=(_LATE,),
    ),
    Person(
        slug="tran",
        family="Trần",
        given=("Linh",),
        sex="female",
        born="1982-07-07",
        first_identifiers=(
            identifier("DL", "urn:oid:2.16.840.1.113883.4.3.25", "S99988801"),
            identifier("SS", "http://hl7.org/fhir/sid/us-ssn", "999-48-0001"),
        ),
        history=(_ADULT, (ill.CONTRACEPTION, 2015)),
    ),
    Person(
        slug="rivera-alex",
        family="Rivera",
        given=("Alex",),
        sex="male",
        born="1995-09-05",
        other_names=(name("old", "Rivera", "Alejandra"),),
        history=(_LATE, (ill.DEPRESSION, 2020)),
        more=_birth_sex("F"),
    ),
    Person(
        slug="kowalski-baby",
        family="Kowalski",
        given=("Baby Girl",),
        sex="female",
        born="2026-06-22",
        history=((newborn, 0),),
    ),
)
