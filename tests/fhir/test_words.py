"""Words for people can be translated."""

from collections.abc import Iterator

import pytest

from procedure_viewer.fhir import words
from procedure_viewer.fhir.status import Status, status_text
from procedure_viewer.fhir.when import date_text


@pytest.fixture
def shouting() -> Iterator[None]:
    """A language of capitals, put away again afterwards."""
    words.use(lambda context, text: f"{context.upper()} {text.upper()}")
    yield
    words.use(lambda _context, text: text)


@pytest.mark.usefixtures("shouting")
def test_every_text_goes_through_the_translator_when_it_is_made() -> None:
    assert status_text(Status.COMPLETED, "completed") == "FHIR COMPLETED"
    assert date_text("2023-09") == "FHIR SEP 2023"


def test_without_one_it_is_english() -> None:
    assert words.translate("fhir", "{count} records") == "{count} records"
