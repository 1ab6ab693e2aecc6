"""Ten thousand procedures in pages of a hundred: read ahead, and link by link.

`python -m tests.benchmarks.paging RUNS` prints JSON. The server is a process of its own, which answers after a while,
as one that is far away, or works a while for each procedure, as one that is busy. Both ways use the program's own
client, in turn; connecting is not counted.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.remote.client import FhirClient
from procedure_viewer.remote.tokens import NoSignIn
from procedure_viewer.remote.transport import Transport
from tests.benchmarks.figures import Comparison
from tests.benchmarks.paging_server import LARGEST_COUNT, PATIENT

RECORDS = 10_000
ASKED = (("patient", f"Patient/{PATIENT}"),)
SERVERS = {
    "20 ms away": (0.02, 0.0, LARGEST_COUNT),
    "100 ms away": (0.1, 0.0, LARGEST_COUNT),
    "20 ms away, pages of 500": (0.02, 0.0, 500),
    "1 ms a procedure": (0.0, 0.001, LARGEST_COUNT),
}
"""Seconds for an answer, seconds of work for a procedure, the largest page."""


@contextmanager
def server(delay: float, work: float, largest: int) -> Iterator[str]:
    """The base URL of a server of its own."""
    arguments = map(str, (RECORDS, delay, work, largest))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.paging_server", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


async def whole(client: FhirClient, *, ahead: bool) -> float:
    """Milliseconds until every row is there, read as the worker reads it."""
    started, rows = time.perf_counter(), 0
    async for page in client.search("Procedure", ASKED, ahead=ahead):
        rows += len(list(map(read_procedure, page.matches)))
        await asyncio.sleep(0)
    assert rows == RECORDS
    return (time.perf_counter() - started) * 1000


async def measure(name: str, base_url: str, runs: int) -> Comparison:
    """Both ways in turn, after one run that isn't counted."""
    transport = Transport(base_url)
    ours, links = [], []
    try:
        client = FhirClient(transport, NoSignIn())
        for run in range(runs + 1):
            ahead = await whole(client, ahead=True)
            one_by_one = await whole(client, ahead=False)
            if run:
                ours.append(ahead)
                links.append(one_by_one)
    finally:
        await transport.aclose()
    return Comparison(f"all of {RECORDS:,} procedures, {name}", ours, "link by link", links)


def main(runs: int) -> None:
    comparisons = []
    for name, answering in SERVERS.items():
        with server(*answering) as base_url:
            comparisons.append(asyncio.run(measure(name, base_url, runs)))
    print(json.dumps([asdict(comparison) for comparison in comparisons]))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(int(sys.argv[1]))
