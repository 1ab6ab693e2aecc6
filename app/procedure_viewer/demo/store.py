"""The demo server's records, in memory: each resource decoded for searching, and as the bytes that are sent."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from procedure_viewer.demo.answers import NotFound, Parameters
from procedure_viewer.demo.searching import Resource, ordered, patient_id, tests_for

PATIENT = "Patient"
PROCEDURE = "Procedure"
PRACTITIONER = "Practitioner"


class Store:
    """Patients and their procedures, found by id or by search, in the order in which they were given; staff, by id."""

    def __init__(
        self, patients: Iterable[Resource], procedures: Iterable[Resource], practitioners: Iterable[Resource] = ()
    ) -> None:
        encode = msgspec.json.Encoder().encode
        given = {PATIENT: patients, PROCEDURE: procedures, PRACTITIONER: practitioners}
        self._by_id = {
            resource_type: {resource["id"]: (resource, encode(resource)) for resource in resources}
            for resource_type, resources in given.items()
        }
        self._by_patient: defaultdict[str, list[tuple[Resource, bytes]]] = defaultdict(list)
        for row in self._by_id[PROCEDURE].values():
            self._by_patient[row[0]["subject"]["reference"].removeprefix("Patient/")].append(row)

    def read(self, resource_type: str, resource_id: str) -> bytes:
        """The resource's bytes; raises `NotFound`."""
        try:
            return self._by_id[resource_type][resource_id][1]
        except KeyError:
            raise NotFound(resource_type, resource_id) from None

    def search(self, resource_type: str, parameters: Parameters) -> list[bytes]:
        """The bytes of all resources that meet all of `parameters`, which must be known ones; raises `BadRequest`."""
        tests = tests_for(resource_type, parameters)
        rows: Iterable[tuple[Resource, bytes]] = self._by_id[resource_type].values()
        if resource_type == PROCEDURE:
            # One patient's procedures are what nearly every search is for: no need to look through all the others'.
            rows = next((self._by_patient[patient_id(value)] for name, value in parameters if name == "patient"), rows)
        return ordered((row for row in rows if all(test(row[0]) for test in tests)), parameters)
