"""All 10,000 procedures of a patient, 100 to a page, from a server some way off: our worker, the window, bare clients,
and the peers.

`python -m tests.benchmarks.whole_list RUNS` prints JSON. The worker is what stands behind the window: it asks, checks,
and reads each record; the window shows them, too.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from procedure_viewer.background.requests import LoadProcedures, UseServer
from procedure_viewer.background.worker import Worker
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.settings.connections import Connection, SignInMethod
from tests.benchmarks import peers
from tests.benchmarks.figures import Comparison, Mark, Series, told
from tests.benchmarks.floors import QtPages, in_tasks, in_threads, one_by_one, page_addresses
from tests.benchmarks.serving import Serving, serving
from tests.benchmarks.window import window_on

PATIENT = "a10000"
RECORDS = 10_000
PEERS = ("httpx", "fhir-pyrate", "fhirpy", "fhirclient")
MARKS = {20: Mark(more=700), 100: Mark(more=2_000)}
"""By the server's delay, in milliseconds."""
BUSY = 1.0
"""Milliseconds that a server with much to do takes for each procedure."""
LARGE = 1_000
"""Procedures on a page, where a server allows more than Canvas does."""


def our_worker(url: str, patient: str, runs: int) -> list[float]:
    """Milliseconds of each reading of the whole list, over connections that are kept."""

    async def load() -> list[float]:
        worker, numbers = Worker(), []
        try:
            connection = Connection("0" * 32, "Bench", url, SignInMethod.OPEN)
            await worker.perform(UseServer(connection=connection, memory_only=True), lambda _: None)
            for _ in range(runs):
                pages: list[object] = []
                started = time.perf_counter()
                await worker.perform(LoadProcedures(patient=patient), pages.append)
                numbers.append((time.perf_counter() - started) * 1000)
                assert _records(pages) == int(patient[1:])
        finally:
            await worker.close()
        return numbers

    return asyncio.run(load())


def _records(pages: list[object]) -> int:
    return sum(len(page.procedures) for page in pages if isinstance(page, ChartPage))


def in_the_window(url: str, patient: str, runs: int) -> list[float]:
    """Milliseconds from Enter on the patient until "All … records" is painted."""
    with window_on(url) as clinician:
        return [clinician.read(patient)[1] for _ in range(runs)]


def from_afar(server: Serving, delay: int, runs: int) -> Iterator[Comparison]:
    """One delay: worker and window, the bare clients, and the peers."""
    addresses = page_addresses(server.url, PATIENT)
    qt = QtPages()
    floor = [qt.fetch(addresses) for _ in range(runs + 1)][1:]
    named = f"all {RECORDS:,}, pages of 100, {delay} ms delay"
    theirs = [peers.run(peer, "peer_clients.py", peer, server.url, PATIENT, str(max(1, runs // 2))) for peer in PEERS]
    ways: tuple[tuple[str, Callable[[], float]], ...] = (
        ("bare httpx.Client, 8 threads", lambda: in_threads(addresses)),
        ("bare httpx.AsyncClient, 8 at a time", lambda: in_tasks(addresses)),
    )
    bare = [Series(name, [fetch() for _ in range(max(1, runs // 2))]) for name, fetch in ways]
    server.figures()
    ours = our_worker(server.url, PATIENT, runs)
    _, most = server.figures()
    everybody = (
        *bare,
        *(series if not took else replace(series, name=f"{series.name} (+{took:.0f} MB)") for series, took in theirs),
    )
    yield Comparison(f"{named}: worker", ours, "QtNetwork", floor, MARKS[delay], everybody)
    yield Comparison(f"{named}: most under way at once", [most], mark=Mark(more=8, worst=True), unit="requests")
    shown = in_the_window(server.url, PATIENT, runs)
    yield Comparison(f"{named}: shown in the window", shown, "QtNetwork", floor, MARKS[delay])


def measure(runs: int) -> Iterator[Comparison]:
    """Servers far, farther, with large pages, and with little to spare."""
    for delay, times in zip(MARKS, (runs, max(1, runs // 2)), strict=True):
        with serving(delay=delay) as server:
            server.warm(PATIENT)
            yield from from_afar(server, delay, times)
    with serving(delay=min(MARKS), largest=LARGE) as server:
        server.warm(PATIENT)
        floor = [one_by_one(page_addresses(server.url, PATIENT, LARGE)) for _ in range(runs)]
        ours = our_worker(server.url, PATIENT, runs)
        yield Comparison(
            f"all {RECORDS:,}, pages of 1,000 allowed, {min(MARKS)} ms delay: worker",
            ours,
            "httpx, pages of 1,000 one by one",
            floor,
        )
    with serving(each=BUSY) as server:
        patient = "a2000"
        server.warm(patient)
        floor = [one_by_one(page_addresses(server.url, patient)) for _ in range(2)]
        server.figures()
        ours = our_worker(server.url, patient, 2)
        _, most = server.figures()
        yield Comparison("2,000 from a server that takes 1 ms each: worker", ours, "httpx one by one", floor)
        yield Comparison("the same: most under way at once", [most], mark=Mark(more=8, worst=True), unit="requests")


if __name__ == "__main__":
    application = QApplication([])
    print(told(measure(int(sys.argv[1]))))  # noqa: T201 - its answer
