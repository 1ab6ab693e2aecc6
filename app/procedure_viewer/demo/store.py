"""The demo server's records, in memory: each resource decoded for searching, and as the bytes that are sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec

from procedure_viewer.demo.answers import Forbidden, NotFound, Parameters
from procedure_viewer.demo.searching import Resource, ordered, patient_id, tests_for

PATIENT = "Patient"
PROCEDURE = "Procedure"
PRACTITIONER = "Practitioner"
PROVENANCE = "Provenance"
OTHERS = (PRACTITIONER, "PractitionerRole", "Organization", "Location", "Encounter", "Condition")
"""What procedures point at: read by id, not searched."""


class Store:
    """Patients, their procedures and who recorded these, found by search in the order in which they were given.

    Each is also read by its id, and so are the `others`. Those with an id in `restricted` are there, but for nobody.
    """

    def __init__(
        self,
        patients: Iterable[Resource],
        procedures: Iterable[Resource],
        others: Iterable[Resource] = (),
        restricted: Collection[str] = (),
    ) -> None:
        encode = msgspec.json.Encoder().encode
        self._restricted = restricted
        self._by_id: dict[str, dict[str, tuple[Resource, bytes]]] = {
            resource_type: {} for resource_type in (PATIENT, PROCEDURE, PROVENANCE, *OTHERS)
        }
        for resource in (*patients, *procedures, *others):
            self._by_id[resource["resourceType"]][resource["id"]] = (resource, encode(resource))
        self._by_patient: dict[str, defaultdict[str, list[tuple[Resource, bytes]]]] = {
            PROCEDURE: defaultdict(list),
            PROVENANCE: defaultdict(list),
        }
        for procedure in self._by_id[PROCEDURE].values():
            self._by_patient[PROCEDURE][_patient_of(procedure[0])].append(procedure)
        for provenance, raw in self._by_id[PROVENANCE].values():
            # R4's Provenance names no patient: it is searched by that of the procedure that it is about.
            target = provenance["target"][0]["reference"].removeprefix("Procedure/")
            subject = self._by_id[PROCEDURE][target][0]["subject"]
            row = ({**provenance, "subject": subject}, raw)
            self._by_id[PROVENANCE][provenance["id"]] = row
            self._by_patient[PROVENANCE][_patient_of(row[0])].append(row)

    def read(self, resource_type: str, resource_id: str) -> bytes:
        """The resource's bytes; raises `NotFound`, and `Forbidden` for a restricted one."""
        if resource_id in self._restricted:
            raise Forbidden
        try:
            return self._by_id[resource_type][resource_id][1]
        except KeyError:
            raise NotFound(resource_type, resource_id) from None

    def search(self, resource_type: str, parameters: Parameters) -> list[bytes]:
        """The bytes of all resources that meet all of `parameters`, which must be known ones; raises `BadRequest`."""
        tests = tests_for(resource_type, parameters)
        rows: Iterable[tuple[Resource, bytes]] = self._by_id[resource_type].values()
        by_patient = self._by_patient.get(resource_type)
        if by_patient is not None:
            # One patient's procedures are what nearly every search is for: no need to look through all the others'.
            rows = next((by_patient[patient_id(value)] for name, value in parameters if name == "patient"), rows)
        return ordered((row for row in rows if all(test(row[0]) for test in tests)), parameters)


def _patient_of(resource: Resource) -> str:
    return str(resource["subject"]["reference"]).removeprefix("Patient/")
