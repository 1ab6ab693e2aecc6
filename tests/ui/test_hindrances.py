"""What stands in the way to a server, in words: who must do what, and never an offer to go on regardless."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from procedure_viewer.fhir.hindrance import (
    Barrier,
    CertificateTrouble,
    FileFault,
    FileRole,
    FileTrouble,
    Hindrance,
    Mistrust,
    RouteTrouble,
)
from procedure_viewer.fhir.outcome import Kind, Problem
from procedure_viewer.ui.advice import Remedy, advice_for
from procedure_viewer.ui.error_dialog import ErrorDialog, details, same_failure

FIRST = datetime(2020, 1, 2, tzinfo=UTC)
LAST = datetime(2021, 3, 4, tzinfo=UTC)
IN_A_YEAR = datetime.now(UTC) + timedelta(days=365)


def certificate(reason: Mistrust, names: tuple[str, ...] = ("clinic.example",)) -> CertificateTrouble:
    return CertificateTrouble(reason, "fhir.example", names, "Example CA, Example Ltd", FIRST, LAST)


def kind_of(hindrance: Hindrance) -> Kind:
    match hindrance:
        case CertificateTrouble():
            return Kind.TLS
        case FileTrouble():
            return Kind.NETWORK_FILE
        case RouteTrouble(barrier=barrier):
            return Kind.PROXY if barrier.startswith("proxy") else Kind.OFFLINE


EVERY_ONE: list[Hindrance] = [
    *(certificate(reason) for reason in Mistrust),
    *(CertificateTrouble(reason, "fhir.example") for reason in Mistrust),
    *(FileTrouble(role, fault, "desk-7.pem") for role in FileRole for fault in FileFault),
    *(RouteTrouble(barrier, "fhir.example", "proxy.example:3128") for barrier in Barrier),
]


@pytest.mark.parametrize("hindrance", EVERY_ONE, ids=repr)
def test_each_is_said_in_whole_sentences_and_nothing_offers_to_go_on(qtbot: QtBot, hindrance: Hindrance) -> None:
    advice = advice_for(Problem(kind_of(hindrance), hindrance=hindrance))
    assert advice.meaning.endswith(".")
    assert not set("{}") & set(advice.title + advice.meaning)
    assert "  " not in advice.meaning
    assert ", ." not in advice.meaning
    if not isinstance(hindrance, RouteTrouble):
        assert "IT department" in advice.meaning
    assert advice.remedy in (Remedy.RETRY, Remedy.NONE)
    dialog = ErrorDialog(Problem(kind_of(hindrance), hindrance=hindrance), lambda: None, None)
    qtbot.addWidget(dialog)
    buttons = {button.text() for button in dialog.findChildren(QPushButton)}
    assert buttons == {"Details", "Copy details", "Close", "Retry"}


@pytest.mark.parametrize(
    ("hindrance", "words"),
    [
        (certificate(Mistrust.WRONG_HOST), "The certificate is for clinic.example, not for fhir.example."),
        (certificate(Mistrust.WRONG_HOST, ("a", "b", "c", "d")), "is for a, b, c and others, not for fhir.example."),
        (certificate(Mistrust.EXPIRED), "The certificate of fhir.example was valid until 04 Mar 2021."),
        (CertificateTrouble(Mistrust.EXPIRED, "fhir.example", not_after=IN_A_YEAR), "of an authority above it"),
        (certificate(Mistrust.NOT_YET_VALID), "is valid from 02 Jan 2020 on"),
        (certificate(Mistrust.UNKNOWN_AUTHORITY), "issued by Example CA, Example Ltd, which this computer does not"),
        (certificate(Mistrust.SELF_SIGNED), "vouched for by nobody but itself"),
        (FileTrouble(FileRole.CLIENT_KEY, FileFault.ENCRYPTED, "desk-7.key"), "key, “desk-7.key”, is encrypted"),
        (RouteTrouble(Barrier.PROXY_SIGN_IN, "fhir.example", "proxy:1"), "The proxy proxy:1 wants a sign-in"),
        (RouteTrouble(Barrier.UNKNOWN_NAME, "fhir.exmaple"), "knows a server called fhir.exmaple"),
    ],
)
def test_the_words_name_names(qtbot: QtBot, hindrance: Hindrance, words: str) -> None:
    assert words in advice_for(Problem(kind_of(hindrance), hindrance=hindrance)).meaning


def test_a_demand_for_a_certificate_has_a_title_of_its_own(qtbot: QtBot) -> None:
    titles = {advice_for(Problem(Kind.TLS, hindrance=certificate(reason))).title for reason in Mistrust}
    assert titles == {
        "The server could not prove who it is",
        "The server asks for a certificate of this computer",
        "The server refused this computer's certificate",
    }


def test_the_details_hold_the_facts_for_it() -> None:
    text = details(Problem(Kind.TLS, hindrance=certificate(Mistrust.WRONG_HOST)))
    assert text.splitlines()[-5:] == [
        "Certificate: wrong-host",
        "Wanted for: fhir.example",
        "Is for: clinic.example",
        "Issued by: Example CA, Example Ltd",
        "Valid: 2020-01-02 00:00 to 2021-03-04 00:00 UTC",
    ]


def test_two_troubles_are_two_failures() -> None:
    one = Problem(Kind.TLS, hindrance=certificate(Mistrust.EXPIRED))
    assert same_failure(one, Problem(Kind.TLS, hindrance=certificate(Mistrust.EXPIRED)))
    assert not same_failure(one, Problem(Kind.TLS, hindrance=certificate(Mistrust.WRONG_HOST)))
