"""What a clinician typed, and how it is understood."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procedure_viewer.fhir.folding import folded
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.query import Reading, matches, read_fields, read_query
from procedure_viewer.fhir.typed_date import bounds
from tests.fhir.samples import WHOLE_PATIENT, characters, encoded, mutations

TODAY = date(2026, 6, 20)
BASE = "https://fhir.example.com/r4"
Search = tuple[tuple[str, str], ...]


def read(line: str) -> Reading:
    return read_query(line, TODAY, BASE)


def one(**parameters: str) -> tuple[Search]:
    return (tuple(parameters.items()),)


YEAR_1980 = (("birthdate", "ge1980-01-01"), ("birthdate", "le1980-12-31"))
MARCH_1957 = (("birthdate", "ge1957-03-01"), ("birthdate", "le1957-03-31"))

LINES: list[tuple[str, tuple[Search, ...], str]] = [
    # Names, in either order; one word is sent
    ("okafor", one(name="okafor"), "Family or given name “okafor”"),
    ("Ngozi Okafor", one(name="Okafor"), "Names “Ngozi” and “Okafor”"),
    ("Jones, Samantha Kay", one(name="Samantha"), "Names “Jones” and “Samantha” and “Kay”"),
    ("  jones ", one(name="jones"), "Family or given name “jones”"),
    ("O'Brien", one(name="O'Brien"), "Family or given name “O'Brien”"),
    ("O’Brien", one(name="O’Brien"), "Family or given name “O’Brien”"),
    ("Jean-Luc Picard", one(name="Jean-Luc"), "Names “Jean-Luc” and “Picard”"),
    ("Al-Sayed", one(name="Al-Sayed"), "Family or given name “Al-Sayed”"),
    ("J. Smith", one(name="Smith"), "Names “J.” and “Smith”"),
    ("Mrs Smith", one(name="Smith"), "Family or given name “Smith”"),
    ("Dr", one(name="Dr"), "Family or given name “Dr”"),
    ("井上 陽菜", one(name="井上"), "Names “井上” and “陽菜”"),
    ("ｊｏｎｅｓ", one(name="jones"), "Family or given name “jones”"),
    ("Roob72", one(name="Roob72"), "Family or given name “Roob72”"),
    ("Mejía", ((("name", "Mejía"),), (("name", "mejia"),)), "Family or given name “Mejía”"),
    ("Łukasz", ((("name", "Łukasz"),), (("name", "lukasz"),)), "Family or given name “Łukasz”"),
    ("Strauß", ((("name", "Strauß"),), (("name", "strauss"),)), "Family or given name “Strauß”"),
    # Dates of birth
    ("jones 1980-11-13", one(name="jones", birthdate="1980-11-13"), "Family or given name “jones”, born 13 Nov 1980"),
    ("1980-11-13 jones", one(name="jones", birthdate="1980-11-13"), "Family or given name “jones”, born 13 Nov 1980"),
    ("1980-11-13", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("1980/11/13", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("13 Nov 1980", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("13-Nov-1980", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("Nov 13 1980", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("November 13th, 1980", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("13.11.1980", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("11/13/1980", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("13/11/1980", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("11/13/80", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("04/04/1980", one(birthdate="1980-04-04"), "Born 04 Apr 1980"),
    ("29 Feb 1980", one(birthdate="1980-02-29"), "Born 29 Feb 1980"),
    ("1980年11月13日", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    ("dob 1980-11-13", one(birthdate="1980-11-13"), "Born 13 Nov 1980"),
    (
        "jones born 13 Nov 1980",
        one(name="jones", birthdate="1980-11-13"),
        "Family or given name “jones”, born 13 Nov 1980",
    ),
    ("1980", (YEAR_1980,), "Born 1980"),
    ("jones 1980", ((("name", "jones"), *YEAR_1980),), "Family or given name “jones”, born 1980"),
    ("Mar 1957", (MARCH_1957,), "Born Mar 1957"),
    ("1957-03", (MARCH_1957,), "Born Mar 1957"),
    ("03/1957", (MARCH_1957,), "Born Mar 1957"),
    ("19801113", ((("birthdate", "1980-11-13"),), (("identifier", "19801113"),)), "Born 13 Nov 1980, or MRN 19801113"),
    # Numbers
    ("5551234567", ((("phone", "5551234567"),), (("identifier", "5551234567"),)), "Phone or MRN 5551234567"),
    ("(555) 123-4567", ((("phone", "5551234567"),), (("identifier", "5551234567"),)), "Phone or MRN 5551234567"),
    ("555.123.4567", ((("phone", "5551234567"),), (("identifier", "5551234567"),)), "Phone or MRN 5551234567"),
    ("+1 555 123 4567", ((("phone", "5551234567"),), (("identifier", "5551234567"),)), "Phone or MRN 5551234567"),
    ("15551234567", ((("phone", "5551234567"),), (("identifier", "5551234567"),)), "Phone or MRN 5551234567"),
    (
        "jones 555-123-4567",
        ((("name", "jones"), ("phone", "5551234567")), (("name", "jones"), ("identifier", "5551234567"))),
        "Family or given name “jones”, phone or MRN 5551234567",
    ),
    ("phone 555 123 4567", one(phone="5551234567"), "Phone 555 123 4567"),
    ("tel: 555-123-4567", one(phone="5551234567"), "Phone 555-123-4567"),
    ("+44 20 7946 0958", one(phone="442079460958"), "Phone +44 20 7946 0958"),
    ("963277285", one(identifier="963277285"), "MRN or identifier 963277285"),
    ("MRN 963277285", one(identifier="963277285"), "MRN or identifier 963277285"),
    ("mrn: 963277285", one(identifier="963277285"), "MRN or identifier 963277285"),
    ("MRN#5551234567", one(identifier="5551234567"), "MRN or identifier 5551234567"),
    ("MRN POP-000287", one(identifier="POP-000287"), "MRN or identifier POP-000287"),
    ("POP-000287", one(identifier="POP-000287"), "MRN or identifier POP-000287"),
    ("999-42-8046", one(identifier="999-42-8046"), "MRN or identifier 999-42-8046"),
    ("2050", one(identifier="2050"), "MRN or identifier 2050"),
    ("0042", one(identifier="0042"), "MRN or identifier 0042"),
    (
        "http://canvasmedical.com|963277285",
        one(identifier="http://canvasmedical.com|963277285"),
        "MRN or identifier http://canvasmedical.com|963277285",
    ),
    ("|963277285", one(identifier="|963277285"), "MRN or identifier |963277285"),
    ("jones MRN 12", one(name="jones", identifier="12"), "Family or given name “jones”, MRN or identifier 12"),
    # Addresses and ids
    ("sam@example.com", one(email="sam@example.com"), "E-mail sam@example.com"),
    (
        "jones sam.j+1@example.com",
        one(name="jones", email="sam.j+1@example.com"),
        "Family or given name “jones”, e-mail sam.j+1@example.com",
    ),
    (
        "B8DFA97BDCDF4754BCD8197CA78EF0F0",
        one(_id="b8dfa97bdcdf4754bcd8197ca78ef0f0"),
        "The patient with the id b8dfa97bdcdf4754bcd8197ca78ef0f0",
    ),
    ("Patient/abc-1.2", one(_id="abc-1.2"), "The patient with the id abc-1.2"),
    (f"{BASE}/Patient/abc", one(_id="abc"), "The patient with the id abc"),
    (f"{BASE}/Patient/abc/_history/3", one(_id="abc"), "The patient with the id abc"),
    ("Patient/abc/_history/3", one(_id="abc"), "The patient with the id abc"),
]


@pytest.mark.parametrize(("line", "searches", "text"), LINES, ids=[line for line, _, _ in LINES])
def test_a_line_is_understood(line: str, searches: tuple[Search, ...], text: str) -> None:
    reading = read(line)
    assert reading.searches == searches
    assert reading.text == text
    assert reading.ok
    assert (reading.procedure_id, reading.choices) == ("", ())


@pytest.mark.parametrize(
    ("line", "procedure_id"),
    [
        ("2dd9a3bc-a3bb-472b-aaef-c57be394de39", "2dd9a3bc-a3bb-472b-aaef-c57be394de39"),
        ("2DD9A3BC-A3BB-472B-AAEF-C57BE394DE39", "2dd9a3bc-a3bb-472b-aaef-c57be394de39"),
        ("Procedure/HCBS", "HCBS"),
        (f"{BASE}/Procedure/1", "1"),
        ("HTTPS://FHIR.example.com:443/r4/Procedure/1/", "1"),
        (f"{BASE}/Procedure/1?_format=json#top", "1"),
        (f"{BASE}/Procedure/abc/_history/2", "abc"),
        ("Procedure/abc/_history/2", "abc"),
    ],
)
def test_a_procedure_is_read_by_its_id(line: str, procedure_id: str) -> None:
    reading = read(line)
    assert reading.procedure_id == procedure_id
    assert reading.ok
    assert reading.searches == ()
    assert procedure_id in reading.text


def test_that_a_version_was_pasted_is_said() -> None:
    text = "The procedure with the id abc, as it is now (the address is of its version 2)"
    assert read(f"{BASE}/Procedure/abc/_history/2").text == text


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("https://other-host/Procedure/1", "other-host"),
        ("https://other-host/r4/Patient/1/_history/2", "other-host"),
        ("https://fhir.example.com.other-host/r4/Patient/1", "fhir.example.com.other-host"),
        ("https://fhir.example.com@other-host:8443/r4/Procedure/1", "other-host:8443"),
        ("https://other-host/Observation/1", "other-host"),
        ("http://fhir.example.com/r4/Procedure/1", "http://fhir.example.com/r4/Procedure/1"),
        ("https://fhir.example.com:8443/r4/Procedure/1", "fhir.example.com:8443"),
        ("https://fhir.example.com/dstu2/Procedure/1", "https://fhir.example.com/dstu2/Procedure/1"),
        ("https://fhir.example.com:port/r4/Procedure/1", "fhir.example.com:port"),
    ],
)
def test_what_another_server_holds_is_not_looked_up_here(line: str, place: str) -> None:
    reading = read(line)
    assert reading.text == f"This address is on another server: {place}"
    assert not reading.ok


def test_an_address_waits_until_the_server_is_known() -> None:
    for line in (f"{BASE}/Procedure/1", f"{BASE}/Patient/1"):
        reading = read_query(line, TODAY, None)
        assert not reading.ok
        assert reading.text == "An address is understood once the server is connected"
    assert read_query("Procedure/1", TODAY, None).procedure_id == "1"


@pytest.mark.parametrize(
    "line", [f"{BASE}/Observation/1", f"{BASE}/metadata", BASE, f"jones {BASE}/Patient/1", "jones https://x/Patient/1"]
)
def test_an_address_of_something_else_or_among_words_is_not_understood(line: str) -> None:
    reading = read(line)
    assert "is not understood" in reading.text
    assert not reading.ok


@pytest.mark.parametrize(
    ("line", "labels", "lines"),
    [
        ("03/04/1980", ["03 Apr 1980", "04 Mar 1980"], ["1980-04-03", "1980-03-04"]),
        ("03.04.1980", ["03 Apr 1980", "04 Mar 1980"], ["1980-04-03", "1980-03-04"]),
        (
            "o'brien 3-4-1980 555-1234",
            ["03 Apr 1980", "04 Mar 1980"],
            ["o'brien 1980-04-03 555-1234", "o'brien 1980-03-04 555-1234"],
        ),
        (
            "sam@example.com MRN 7 dob: 3/4/1980 jones",
            ["03 Apr 1980", "04 Mar 1980"],
            ["sam@example.com MRN 7 dob: 1980-04-03 jones", "sam@example.com MRN 7 dob: 1980-03-04 jones"],
        ),
        ("13 Nov 25", ["13 Nov 1925", "13 Nov 2025"], ["1925-11-13", "2025-11-13"]),
        (
            "3/4/25",
            ["03 Apr 1925", "04 Mar 1925", "03 Apr 2025", "04 Mar 2025"],
            ["1925-04-03", "1925-03-04", "2025-04-03", "2025-03-04"],
        ),
    ],
)
def test_an_ambiguous_date_is_asked_about(line: str, labels: list[str], lines: list[str]) -> None:
    reading = read(line)
    assert not reading.ok
    assert [choice.label for choice in reading.choices] == labels
    assert [choice.line for choice in reading.choices] == lines
    assert "which one?" in reading.text
    for choice in reading.choices:
        assert f"born {choice.label}" in read(choice.line).text.lower().replace(choice.label.lower(), choice.label)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("", "Type a name, date of birth, MRN, phone number or e-mail"),
        (" \t ", "Type a name, date of birth, MRN, phone number or e-mail"),
        ("???", "“???” is not understood."),
        ("jones ???", "“???” is not understood."),
        ("sam@", "“sam@” is not understood."),
        ("urn:mrn|", "“urn:mrn|” is not understood."),
        ("1980-02-30", "“1980-02-30” is no date."),
        ("31.02.1980", "“31.02.1980” is no date."),
        ("jones 99/99/1999", "“99/99/1999” is no date."),
        ("2026-06-21", "“2026-06-21” is in the future."),
        ("13 Nov 2080", "“13 Nov 2080” is in the future."),
        ("1980-11-13 1981-01-01", "There is more than one number, date or address of a kind: born 01 Jan 1981."),
    ],
)
def test_what_is_not_understood_is_said_and_not_searched(line: str, text: str) -> None:
    reading = read(line)
    assert reading.text == text
    assert not reading.ok
    assert reading.searches == ()


def test_two_numbers_are_not_searched_as_one_patient() -> None:
    assert not read("12-A 13-B").ok


def test_the_form_with_separate_fields() -> None:
    reading = read_fields("Ngozi Grace", "van den Broek", "2 Mar 1957", "104477201", "(555) 123-4567", TODAY)
    assert reading.searches == one(
        given="Ngozi", family="van den Broek", birthdate="1957-03-02", identifier="104477201", phone="5551234567"
    )
    assert reading.words == ("grace",), "the rest is the server's to match"
    assert reading.text == (
        "Given name “Ngozi” and “Grace”, family name “van” and “den” and “Broek”, born 02 Mar 1957, "
        "MRN or identifier 104477201, phone (555) 123-4567"
    )


def test_accents_in_the_form_are_searched_both_ways() -> None:
    reading = read_fields("José", "Mejía", "", "", "", TODAY)
    assert [dict(search) for search in reading.searches] == [
        {"given": "José", "family": "Mejía"},
        {"given": "José", "family": "mejia"},
        {"given": "jose", "family": "Mejía"},
        {"given": "jose", "family": "mejia"},
    ]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (("", "", "", "", ""), "Nothing to search for"),
        (("", "", "next week", "", ""), "“next week” is not understood."),
        (("", "", "jones 1980", "", ""), "“jones 1980” is not understood."),
        (("", "", "2080", "", ""), "“2080” is not understood."),
        (("", "", "2080-01-01", "", ""), "“2080-01-01” is in the future."),
        (("", "", "", "", "none"), "“none” is not understood."),
        (("?", "", "", "", ""), "“?” is not understood."),
    ],
)
def test_the_form_says_what_it_does_not_understand(fields: tuple[str, str, str, str, str], text: str) -> None:
    reading = read_fields(*fields, TODAY)
    assert not reading.ok
    assert reading.text == text


def test_the_choices_of_the_form_are_whole_lines() -> None:
    reading = read_fields("Ngozi", "Okafor", "3/4/1980", "12", "5551234567", TODAY)
    line = reading.choices[0].line
    assert line == "Ngozi Okafor 1980-04-03 MRN 12 phone 5551234567"
    again = read(line)
    assert dict(*again.searches) == {
        "name": "Okafor",
        "birthdate": "1980-04-03",
        "identifier": "12",
        "phone": "5551234567",
    }
    assert again.words == ("ngozi",)


SENT = "wolfeschlegelsteinhausenbergerdorff"
"""The longest word of a line goes to the server; what stands before it is matched here."""


def patient(*names: dict[str, object]) -> Patient:
    return read_patient(encoded({"resourceType": "Patient", "id": "p", "name": list(names)}))


@pytest.mark.parametrize(
    ("line", "name", "found"),
    [
        ("mejia", {"family": "Mejía"}, True),
        ("MEJÍA", {"family": "Mejia"}, True),
        ("mej gus", {"family": "Mejía", "given": ["Gustavo"]}, True),
        ("gustavo mejia", {"family": "Mejía", "given": ["Gustavo"]}, True),
        ("mejia pedro", {"family": "Mejía", "given": ["Gustavo"]}, False),
        ("ejia", {"family": "Mejía"}, True),
        ("qvist", {"family": "Lindqvist"}, True),
        ("el", {"given": ["Elsa"]}, True),
        ("sa", {"given": ["Elsa"]}, False),
        ("strasse", {"family": "Straße"}, True),
        ("straße", {"family": "Strasse"}, True),
        ("orsted", {"family": "Ørsted"}, True),
        ("oersted", {"family": "Ørsted"}, True),
        ("Ørsted", {"family": "Orsted"}, True),
        ("zolc lukasz", {"family": "Żółć", "given": ["Łukasz"]}, True),
        ("muller", {"family": "Müller"}, True),
        ("mueller", {"family": "Müller"}, True),
        ("müller", {"family": "Mueller"}, True),
        ("joe", {"given": ["John"]}, False),
        ("obrien", {"family": "O'Brien"}, True),
        ("o’brien", {"family": "O'Brien"}, True),
        ("brien", {"family": "O'Brien"}, True),
        ("jean luc", {"given": ["Jean-Luc"]}, True),
        ("jeanluc", {"given": ["Jean-Luc"]}, True),
        ("al-sayed", {"family": "Al Sayed"}, True),
        ("alsayed", {"family": "Al-Sayed"}, True),
        ("van den broek", {"family": "van den Broek"}, True),
        ("井上陽菜", {"family": "井上", "given": ["陽菜"]}, True),
        ("陽菜 井上", {"family": "井上", "given": ["陽菜"]}, True),
        ("ヒナ", {"text": "イノウエ ヒナ"}, True),
        ("smith jr", {"family": "Smith", "suffix": ["Jr."]}, True),
        ("j smith", {"family": "Smith", "given": ["John"]}, True),
        ("Nguyễn", {"family": "Nguyen"}, True),
        ("प्रिया", {"given": ["प्रिया"]}, True),
        ("محمد", {"given": ["محمد"]}, True),
        ("1980-11-13", {"family": "Any"}, True),
    ],
)
def test_every_word_that_is_not_sent_must_stand_in_the_name(line: str, name: dict[str, object], found: bool) -> None:
    assert matches(read(f"{line} {SENT}"), patient(name)) is found


@pytest.mark.parametrize("name", [{"family": "Lindqvist"}, {"given": ["Bob"]}, {}])
def test_the_word_that_is_sent_is_the_servers_to_match(name: dict[str, object]) -> None:
    """By parts, sounds, nicknames: whom the server finds is not sorted out for it."""
    assert matches(read("qvist"), patient(name))
    assert read("robert 1980-11-13").words == ()
    assert matches(read("robert"), patient(name))


def test_whom_only_a_part_of_the_name_fits_can_be_asked_for() -> None:
    reading = read("ngozi okafor 1957-03-02")
    assert not matches(reading, patient({"family": "Okafor"}))
    wider = reading.widened()
    assert wider.searches == reading.searches
    assert matches(wider, patient({"family": "Okafor"}))
    assert wider.text == "Names “ngozi” and “okafor”, born 02 Mar 1957; part of the name is enough"


def test_any_of_a_patients_names_counts() -> None:
    both = patient(
        {"use": "official", "family": "Jones"},
        {"use": "maiden", "family": "Mejía"},
        {"use": "nickname", "given": ["Sam"]},
    )
    assert matches(read(f"sam mejia {SENT}"), both)
    assert not matches(read(f"sam smith {SENT}"), both)


def test_a_record_that_cannot_be_read_is_never_sorted_out() -> None:
    assert matches(read("sam jones"), read_patient(b"{"))
    assert not matches(read("sam jones"), patient())


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        ("1980", "1980-01-01", "1980-12-31"),
        ("1980-02", "1980-02-01", "1980-02-29"),
        ("1980-12", "1980-12-01", "1980-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_the_days_of_a_month_or_year(month: str, first: str, last: str) -> None:
    assert bounds(month) == (first, last)


@given(
    st.dates(min_value=date(1000, 1, 1), max_value=TODAY),
    st.sampled_from(["%d %b %Y", "%B %d, %Y", "%Y-%m-%d", "%Y/%m/%d", "%d%b%Y"]),
)
def test_any_date_is_understood_in_its_clear_forms(day: date, form: str) -> None:
    assert read(day.strftime(form)).searches == one(birthdate=day.isoformat())


@given(st.dates(min_value=date(1900, 1, 1), max_value=TODAY), st.sampled_from("/.-"))
def test_numbers_only_are_never_guessed(day: date, mark: str) -> None:
    reading = read(f"{day.month}{mark}{day.day}{mark}{day.year}")
    other = day.day <= 12 and day.day != day.month and date(day.year, day.day, day.month) <= TODAY
    assert bool(reading.choices) == other
    assert reading.ok != other


@example("0\ud800")
@given(st.text(characters, max_size=40) | st.text("0123456789/-.+() |@abPatient", max_size=40))
def test_any_line_is_read_and_its_words_fold_to_themselves(line: str) -> None:
    reading = read(line)
    assert reading.text
    assert reading.ok or not reading.searches
    assert all(search for search in reading.searches)
    assert all(folded(word) == word for word in reading.words)
    reading.text.encode()
    for search in reading.searches:
        assert all(value for _, value in search)
        str(search).encode()
    fields = read_fields(line, line, line, line, line, TODAY)
    fields.text.encode()
    str(fields.searches).encode()


@given(mutations(WHOLE_PATIENT))
def test_any_patient_can_be_compared(value: dict[str, Any]) -> None:
    assert matches(read("jones samantha"), read_patient(encoded(value))) in (True, False)
