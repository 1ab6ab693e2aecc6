"""Searches made to fit what a server offers: asked in another way, or said to be impossible, and never just sent."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.asking import Parameters
from procedure_viewer.fhir.fitting import Fitting, Unsupported, fitted, fitted_together
from procedure_viewer.fhir.query import read_query

NAME = (("name", "jones"),)
ALL = frozenset({"_id", "name", "family", "given", "birthdate", "phone", "email", "identifier"})


@pytest.mark.parametrize("line", ["jones 1980-11-13", "6195551234", "MRN 104477201", "a@b.example", "Okafor 1957"])
@pytest.mark.parametrize("offered", [None, ALL])
def test_what_is_offered_or_not_stated_stays_as_it_is(line: str, offered: frozenset[str] | None) -> None:
    searches = read_query(line, date(2026, 6, 30), None).searches
    assert searches
    assert fitted_together(searches, offered) == Fitting(searches)


@pytest.mark.parametrize(
    ("parameters", "offered", "expected"),
    [
        (NAME, {"given", "family"}, [(("given", "jones"),), (("family", "jones"),)]),
        (NAME, {"family"}, Unsupported("name")),
        ((("family", "jones"), ("given", "sam")), {"name"}, [(("name", "jones"), ("name", "sam"))]),
        ((("phone", "6195551234"),), {"telecom"}, [(("telecom", "6195551234"),)]),
        ((("email", "a@b.example"),), {"telecom"}, [(("telecom", "a@b.example"),)]),
        ((("identifier", "1"),), {"name"}, Unsupported("identifier")),
        ((*NAME, ("birthdate", "1980-11-13")), {"name"}, Unsupported("birthdate")),
        (
            (*NAME, ("birthdate", "ge1980"), ("birthdate", "le1981")),
            {"given", "family", "birthdate"},
            [
                (("given", "jones"), ("birthdate", "ge1980"), ("birthdate", "le1981")),
                (("family", "jones"), ("birthdate", "ge1980"), ("birthdate", "le1981")),
            ],
        ),
        ((("_id", "1"),), {"name"}, [(("_id", "1"),)]),
        ((("patient", "Patient/1"),), {"subject"}, [(("subject", "Patient/1"),)]),
        ((("patient", "Patient/1"),), {"patient", "subject"}, [(("patient", "Patient/1"),)]),
        ((("patient", "Patient/1"),), {"date"}, Unsupported("patient")),
        (NAME, (), Unsupported("name")),
    ],
)
def test_each_is_asked_in_another_way_or_told(
    parameters: Parameters, offered: set[str], expected: list[Parameters] | Unsupported
) -> None:
    assert fitted(parameters, offered) == expected


def test_of_two_meanings_the_one_that_is_offered_is_searched_and_the_other_told() -> None:
    searches = read_query("6195551234", date(2026, 6, 30), None).searches
    assert fitted_together(searches, {"identifier"}) == Fitting(
        ((("identifier", "6195551234"),),), (Unsupported("phone"),)
    )


def test_searches_that_come_out_alike_are_made_once() -> None:
    assert fitted_together([(("phone", "1"),), (("email", "1"),)], {"telecom"}) == Fitting(((("telecom", "1"),),))


NAMES = ["name", "given", "family", "birthdate", "phone", "email", "telecom", "identifier", "patient", "subject"]


@given(
    st.lists(st.tuples(st.sampled_from([*NAMES, "_id"]), st.text(max_size=3)), max_size=5).map(tuple),
    st.sets(st.sampled_from(NAMES)),
)
def test_nothing_is_ever_sent_that_is_not_offered_and_no_value_is_lost(
    parameters: Parameters, offered: set[str]
) -> None:
    match fitted(parameters, offered):
        case Unsupported(parameter):
            assert parameter not in offered
        case searches:
            assert searches
            for search in searches:
                assert {name for name, _ in search} <= offered | {"_id"}
                assert [value for _, value in search] == [value for _, value in parameters]


@pytest.mark.parametrize("parameter", [*NAMES, "odd"])
def test_each_has_words(parameter: str) -> None:
    words = Unsupported(parameter).words
    assert words.startswith("This server can't ")
    assert "{" not in words
