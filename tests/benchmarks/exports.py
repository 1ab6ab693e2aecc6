"""Ten thousand procedures exported in each form, beside the same bytes merely written and seen onto the disk.

`python -m tests.benchmarks.exports RUNS` prints JSON. The records are those of `records`.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication

from procedure_viewer.chart.extract import Extract
from procedure_viewer.export.formats import Format, Order
from procedure_viewer.export.writing import write_order
from procedure_viewer.fhir.patient import read_patient
from procedure_viewer.printing.paper import Paper, PaperSize
from procedure_viewer.printing.pdf import pdf_in_steps
from tests.benchmarks.figures import Comparison, told
from tests.benchmarks.records import patient_bytes, procedures_of
from tests.extracts import extract_of

RECORDS = 10_000
PATIENT = f"a{RECORDS}"
SEALED = (Format.BUNDLE, Format.NDJSON, Format.CSV)


def measure(runs: int) -> Iterator[Comparison]:
    """Each form in turn with the bare writing of what it came to."""
    extract = extract_of(procedures_of(PATIENT), read_patient(patient_bytes(PATIENT)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for chosen, seal in [*((one, True) for one in SEALED), (Format.FILES, False)]:
            order = Order(extract, chosen, seal=seal)
            ours, bare = [], []
            for number in range(runs):
                path = folder / f"{chosen}-{number}"
                ours.append(taken(write, path, order))
                bare.append(taken(write_bare, path))
            yield Comparison(f"export {RECORDS:,} as {chosen}{', sealed' if seal else ''}", ours, "the bytes", bare)
        pages = [taken(pdf, extract) for _ in range(min(runs, 3))]
        bundles = [taken(write, folder / f"b-{number}", Order(extract, Format.BUNDLE)) for number in range(3)]
        yield Comparison(f"{RECORDS:,} as PDF, made in slices in the window", pages, "a Bundle of them", bundles)


def write(path: Path, order: Order) -> None:
    """As the program does."""
    write_order(path, order, replace=False, progress=lambda _done, _total: None, cancelled=lambda: False)


def write_bare(path: Path) -> None:
    """The same files with the same bytes, and nothing else done."""
    folder = path.with_name(f"{path.name}-bare")
    folder.mkdir()
    sources = list(path.iterdir()) if path.is_dir() else [path]
    for source in sources:
        (folder / source.name).write_bytes(source.read_bytes())
    os.sync()


def pdf(extract: Extract) -> None:
    """All pages, laid out and painted."""
    paper = Paper(extract, PaperSize.A4)
    for work in (paper.laying_out(), pdf_in_steps(paper)):
        for _ in work:
            pass


def taken(work: Callable[..., None], *arguments: object) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    application = QApplication([])
    print(told(measure(int(sys.argv[1]))))  # noqa: T201 - its answer
