"""A screen reader hears what the eye sees."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.desktop.conftest import Start
from tests.desktop.display import Display
from tests.desktop.program import Program
from tests.desktop.waiting import eventually
from tests.keychain.session import Session

if TYPE_CHECKING:
    from tests.desktop.screen_reader import ScreenReader


@pytest.fixture
def reader(secret_service: Session, display: Display) -> "Iterator[ScreenReader]":
    """A screen reader in the session that was there before the program."""
    pytest.importorskip("jeepney", reason="not installed: jeepney, with which keyring speaks D-Bus")
    from tests.desktop.screen_reader import NoAccessibilityBus, screen_reader

    try:
        with screen_reader(secret_service, display) as running:
            yield running
    except NoAccessibilityBus:
        pytest.skip("not installed: at-spi2-core")


@pytest.fixture
def chart(start: Start, secret_service: Session, reader: "ScreenReader") -> Program:
    """The program with the chart of the contract's own patient, its first procedure selected."""
    program = start("--demo", session=secret_service)
    program.find_and_open("jones 1980-11-13")
    return program


def heard(reader: "ScreenReader", role: str) -> list[str]:
    """The names of all elements of that role."""
    return [element.name for element in reader.read() if element.role == role]


def test_the_cells_of_both_tables_and_their_heads(chart: Program, reader: "ScreenReader") -> None:
    assert {"Patients found", "Procedures"} <= set(heard(reader, "table"))
    cells = heard(reader, "cell")
    for words in (
        "JONES, Samantha Ann",
        "13 Nov 1980",
        "963277285",
        "Biopsy soft tissue shoulder deep",
        "23066",
        "CPT",
    ):
        assert any(words in cell for cell in cells), words
    assert {"Name", "Born", "Date", "Procedure", "Status"} <= set(heard(reader, "column header"))


def test_every_field_and_every_button_in_use_has_a_name(chart: Program, reader: "ScreenReader") -> None:
    assert {"Find a patient", "Filter procedures", "Given name", "Date of birth"} <= set(heard(reader, "text"))
    assert {"Refresh", "Export"} <= set(heard(reader, "push button"))
    assert {"Server", "Help"} <= set(heard(reader, "button menu"))


def test_the_banner_is_heard(chart: Program, reader: "ScreenReader") -> None:
    assert "Patient" in heard(reader, "panel")
    assert "JONES, Samantha Ann" in heard(reader, "label")
    assert any("963277285" in label for label in heard(reader, "label"))


def test_what_a_label_says_is_heard(chart: Program, reader: "ScreenReader") -> None:
    words = {"The only record, loaded", "1 patient", "born 13 Nov 1980", "20 Sep 2023, 21:18 UTC", "23066"}

    def all_heard() -> bool:
        labels = heard(reader, "label")
        return all(any(word in label for label in labels) for word in words)

    eventually(all_heard, "labels with these words", patience=5)
