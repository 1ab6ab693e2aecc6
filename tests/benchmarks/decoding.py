"""Ten thousand procedures decoded from one Bundle: cut into records, then read and prepared for the list.

`python -m tests.benchmarks.decoding RUNS` prints JSON.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from procedure_viewer.fhir.bundle import decode_page
from procedure_viewer.fhir.procedure import read_procedure
from tests.benchmarks import peers
from tests.benchmarks.figures import Comparison, Mark, told
from tests.benchmarks.server import page_bytes

RECORDS = 10_000
CUT, READ = Mark(more=15), Mark(more=150)
LIBRARIES = ("fhirkit-rs", "fhirclient", "fhir.resources")


class _Entry(msgspec.Struct):
    resource: msgspec.Raw


class _Bundle(msgspec.Struct):
    entry: list[_Entry]


def measure(runs: int) -> Iterator[Comparison]:
    """The bare slices first, then ours, then whole models of others."""
    body = page_bytes("http://127.0.0.1", f"a{RECORDS}", RECORDS, 0)
    slices = [taken(lambda: msgspec.json.decode(body, type=_Bundle)) for _ in range(runs)]
    cut = [taken(lambda: decode_page(body)) for _ in range(runs)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bundle.json"
        file.write_bytes(body)
        theirs = [peers.run(one, "peer_decoders.py", one, str(file), str(max(1, runs // 2)))[0] for one in LIBRARIES]
    matches = decode_page(body).matches
    prepared = [taken(lambda: [read_procedure(raw) for raw in matches]) for _ in range(runs)]
    yield Comparison(f"{RECORDS:,} cut into records", cut, "msgspec Raw", slices, CUT)
    yield Comparison(f"{RECORDS:,} read and prepared", prepared, "msgspec Raw", slices, READ, tuple(theirs))


def taken(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    print(told(measure(int(sys.argv[1]))))  # noqa: T201 - its answer
