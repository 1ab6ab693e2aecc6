"""From Enter to what the clinician waits for, on a real window with a warm connection.

`python -m tests.benchmarks.answers RUNS` prints JSON. Beside each, one bare httpx client with a warm connection of its
own gets the same pages from the same server, in turn with the window.
"""

import sys
import time

import httpx
from PySide6.QtWidgets import QApplication

from tests.benchmarks.figures import Comparison, Mark, told
from tests.benchmarks.serving import serving
from tests.benchmarks.window import Clinician, window_on

PATIENT = "a312"
FIRST_ROW = Mark(times=1, more=20)


def get(bare: httpx.Client, address: str, *, all_pages: bool = False) -> float:
    """Milliseconds of the bare client for the first page or all of them."""
    started = time.perf_counter()
    answer = bare.get(address)
    # Reading the links takes the whole page apart, as any client has to.
    while all_pages and (further := next_link(answer)):
        answer = bare.get(further)
    taken = (time.perf_counter() - started) * 1000
    answer.raise_for_status()
    return taken


def next_link(answer: httpx.Response) -> httpx.URL | None:
    """The address of the next page, which may stand there relative to this one; None on the last."""
    links = answer.json().get("link", [])
    return next((answer.url.join(link["url"]) for link in links if link["relation"] == "next"), None)


def measure(clinician: Clinician, url: str, runs: int) -> list[Comparison]:
    """Each `runs` times, after one run that isn't counted: it opens the connections."""
    found, first, whole = [], [], []
    bare_found, bare_first, bare_whole = [], [], []
    pages = f"{url}/Procedure?patient=Patient/{PATIENT}&_count=100"
    with httpx.Client(headers={"Accept": "application/fhir+json"}, trust_env=False) as bare:
        for run in range(runs + 1):
            patient = clinician.find(PATIENT)
            bare_patient = get(bare, f"{url}/Patient?_id={PATIENT}&_count=100")
            first_row, complete = clinician.open_first()
            bare_page = get(bare, pages)
            bare_pages = get(bare, pages, all_pages=True)
            if run:
                found.append(patient)
                first.append(first_row)
                whole.append(complete)
                bare_found.append(bare_patient)
                bare_first.append(bare_page)
                bare_whole.append(bare_pages)
    return [
        Comparison("Enter to first painted patient", found, "one bare GET of that page", bare_found),
        Comparison("opening a patient to first painted procedure", first, "one bare GET", bare_first, FIRST_ROW),
        Comparison("opening a patient to 'All 312 records'", whole, "bare GETs of the 4 pages", bare_whole),
    ]


def main(runs: int) -> None:
    """Measure, and print."""
    application = QApplication([])
    with serving() as server:
        server.warm(PATIENT)
        with window_on(server.url) as clinician:
            comparisons = measure(clinician, server.url, runs)
    print(told(comparisons))  # noqa: T201 - its answer
    del application


if __name__ == "__main__":
    main(int(sys.argv[1]))
