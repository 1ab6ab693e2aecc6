"""What a server says went wrong, in its own words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.outcome import Failure, Issue, Kind, Problem, issues_from, issues_of
from tests.fhir.samples import NESTED_TOO_DEEP, ODD_VALUES, encoded, mutations, with_odd_value
from tests.seed import AUTHENTICATION_FAILED, AUTHORIZATION_FAILED, BAD_REQUEST, UNKNOWN_PROCEDURE


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (BAD_REQUEST, "invalid", "Bad request"),
        (AUTHENTICATION_FAILED, "unknown", "Authentication failed"),
        (AUTHORIZATION_FAILED, "forbidden", "Authorization failed"),
        (UNKNOWN_PROCEDURE, "not-found", "Unknown Procedure resource 'a47c7b0e-bbb4-42cd-bc4a-df259d148ea1'"),
    ],
)
def test_the_contracts_own_outcomes(body: dict[str, object], code: str, text: str) -> None:
    assert issues_from(encoded(body)) == (Issue("error", code, text),)
    assert issues_of(body) == (Issue("error", code, text),)


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        ({"diagnostics": "HAPI-0389"}, Issue("error", "unknown", "HAPI-0389")),
        ({"details": {"text": "a"}, "diagnostics": "b"}, Issue("error", "unknown", "a")),
        ({"details": {"coding": [{"code": "X"}, {"display": "Wrong"}]}}, Issue("error", "unknown", "Wrong")),
        ({"details": {"coding": [{"code": "X"}]}, "diagnostics": "Why"}, Issue("error", "unknown", "Why")),
        (
            {"details": {"coding": [{"code": "X", "display": "Wrong"}]}, "diagnostics": "Why"},
            Issue("error", "unknown", "Wrong"),
        ),
        ({"details": {"coding": [{"code": "MSG_AUTH"}]}}, Issue("error", "unknown", "MSG_AUTH")),
        ({"severity": "warning", "code": "slow", "expression": ["a.b"]}, Issue("warning", "slow", "", ("a.b",))),
        ({"location": ["/f:a"]}, Issue("error", "unknown", "", ("/f:a",))),
        ({"details": {"text": "two\nlines \u202edesrever"}}, Issue("error", "unknown", "two lines \ufffddesrever")),
    ],
)
def test_where_the_words_stand(issue: dict[str, object], expected: Issue) -> None:
    assert issues_of({"resourceType": "OperationOutcome", "issue": [issue]}) == (expected,)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b'{"detail": "Not Found"}', ["Not Found"]),
        (b'{"detail": [{"loc": ["query"], "msg": "field required"}]}', ["field required"]),
        (b'{"error": "invalid_grant", "error_description": "Code expired"}', ["Code expired"]),
        (b'{"error": "invalid_token"}', ["invalid_token"]),
        (b'{"error": {"message": "Gateway down"}}', ["Gateway down"]),
    ],
)
def test_the_kin_of_outcomes(body: bytes, texts: list[str]) -> None:
    assert [(issue.severity, issue.code, issue.text) for issue in issues_from(body)] == [
        ("error", "unknown", text) for text in texts
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502</html>",
        b"[]",
        b"5",
        b"{}",
        b'{"resourceType": "Patient", "detail": "x"}',
        NESTED_TOO_DEEP,
        b"\xff",
    ],
)
def test_what_says_nothing(body: bytes) -> None:
    assert issues_from(body) == ()


@pytest.mark.parametrize("odd", ODD_VALUES.values(), ids=ODD_VALUES)
def test_odd_values_elsewhere_hide_the_words_only_where_nothing_can_be_read(odd: bytes) -> None:
    issues = issues_from(with_odd_value(BAD_REQUEST, odd))
    assert [issue.text for issue in issues] in (["Bad request"], [])
    assert issues or len(odd) > 50_000


@given(mutations(BAD_REQUEST))
def test_any_value_in_any_place_gives_labels_that_can_be_shown(body: dict[str, Any]) -> None:
    for issue in issues_from(encoded(body)):
        "".join((issue.severity, issue.code, issue.text, *issue.expression)).encode()
        assert issue.severity
        assert issue.code


@given(st.binary(max_size=60))
def test_arbitrary_bytes(body: bytes) -> None:
    assert isinstance(issues_from(body), tuple)


def test_a_failure_speaks_of_kind_and_status_only() -> None:
    problem = Problem(Kind.NOT_FOUND, (Issue("error", "not-found", "Jane Doe's record"),), status=404, technical="x")
    failure = Failure(problem)
    assert failure.problem is problem
    assert "not-found" in str(failure)
    assert "404" in str(failure)
    assert "Jane" not in str(failure) + repr(failure)
