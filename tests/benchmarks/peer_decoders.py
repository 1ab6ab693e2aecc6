"""A Bundle of procedures decoded by somebody else's library; runs in an environment of that library's own.

`python peer_decoders.py LIBRARY FILE RUNS` prints {"numbers": milliseconds a run}. Nothing of the project is imported
here: it isn't there.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path


def with_fhirclient() -> Callable[[bytes], int]:
    """SMART Health IT's models."""
    from fhirclient.models.bundle import Bundle

    return lambda body: len(Bundle(json.loads(body)).entry)


def with_fhir_resources() -> Callable[[bytes], int]:
    """Pydantic's models of FHIR R4B: the newest releases have no plain R4."""
    from fhir.resources.R4B.bundle import Bundle

    return lambda body: len(Bundle.model_validate_json(body).entry or ())


def with_fhirkit() -> Callable[[bytes], int]:
    """Rust behind Python, the Bundle as a whole."""
    import fhirkit

    return lambda body: len(fhirkit.parse(body).resource_type)


LIBRARIES = {"fhirclient": with_fhirclient, "fhir.resources": with_fhir_resources, "fhirkit-rs": with_fhirkit}


def main(name: str, file: str, runs: int) -> None:
    """Measure, and print."""
    body = Path(file).read_bytes()
    decode = LIBRARIES[name]()
    numbers = []
    for _ in range(runs):
        started = time.perf_counter()
        found = decode(body)
        numbers.append((time.perf_counter() - started) * 1000)
        assert found
    print(json.dumps({"numbers": numbers}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
