"""All procedures of a patient with somebody else's client; runs in an environment of that client's own.

`python peer_clients.py CLIENT URL PATIENT RUNS` prints {"numbers": milliseconds a run, "memory": megabytes that the
first run added to the peak}. The clients are used as their own documentation does, pages of 100. Nothing of the project
is imported here: it isn't there.
"""

import json
import logging
import resource
import sys
import time
from collections.abc import Callable, Iterator


def with_fhirpy(url: str, patient: str) -> Callable[[], int]:
    """Its synchronous client."""
    from fhirpy import SyncFHIRClient

    client = SyncFHIRClient(url)
    return lambda: len(client.resources("Procedure").search(patient=f"Patient/{patient}").limit(100).fetch_all())


def with_fhirclient(url: str, patient: str) -> Callable[[], int]:
    """SMART Health IT's client."""
    from fhirclient.client import FHIRClient
    from fhirclient.models.procedure import Procedure

    client = FHIRClient(settings={"app_id": "bench", "api_base": url})
    client.prepare()
    search = {"patient": f"Patient/{patient}", "_count": "100"}
    return lambda: sum(1 for _ in Procedure.where(search).perform_resources_iter(client.server))


def with_pyrate(url: str, patient: str) -> Callable[[], int]:
    """FHIR-PYrate, in one process, only as far as its bundles: the data frame would come on top."""
    from fhir_pyrate import Pirate

    client = Pirate(base_url=url, auth=None, num_processes=1)
    search = {"patient": f"Patient/{patient}", "_count": 100}

    def fetch() -> int:
        bundles = client.steal_bundles("Procedure", request_params=search, num_pages=-1)
        return sum(len(bundle.entry) for bundle in bundles)

    return fetch


def with_httpx(url: str, patient: str) -> Callable[[], int]:
    """No FHIR client: bare httpx and the standard library's JSON, one page after the other."""
    import httpx

    client = httpx.Client(trust_env=False)

    def pages() -> Iterator[int]:
        address: str | None = f"{url}/Procedure?patient=Patient/{patient}&_count=100"
        while address:
            bundle = client.get(address).json()
            yield len(bundle["entry"])
            address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)

    return lambda: sum(pages())


CLIENTS = {"fhirpy": with_fhirpy, "fhirclient": with_fhirclient, "fhir-pyrate": with_pyrate, "httpx": with_httpx}


def peak() -> float:
    """Megabytes of memory that this process had at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(name: str, url: str, patient: str, runs: int) -> None:
    """Measure, and print."""
    logging.disable()
    fetch = CLIENTS[name](url, patient)
    before, numbers, memory = peak(), [], 0.0
    for run in range(runs):
        started = time.perf_counter()
        found = fetch()
        numbers.append((time.perf_counter() - started) * 1000)
        assert found == int(patient[1:]), f"{found} procedures"
        memory = memory if run else peak() - before
    print(json.dumps({"numbers": numbers, "memory": memory}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
