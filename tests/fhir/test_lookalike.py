"""Who looks like whom: spellings and sounds of many cultures, slips in birth dates, and a mark that stays rare."""

import gzip
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.birth import Births, digits_of, near, probes
from procedure_viewer.fhir.folding import folded
from procedure_viewer.fhir.likening import SMALL_FAMILY, Names
from procedure_viewer.fhir.lookalike import Likeness, compare, look_alikes
from procedure_viewer.fhir.patient import Patient, read_patient
from tests.fhir.plain_likening import plainly

FAR = ("1950-05-15", "1987-10-22")
"""Two birth dates that nobody takes for one another."""


def person(name: str, born: str = "", sex: str = "female", *others: dict[str, object], key: str = "") -> Patient:
    """A patient from "Family, Given Given", or from a text alone where there is no comma."""
    family, comma, rest = name.partition(", ")
    human = {"family": family, "given": rest.split(" ") if rest else []} if comma else {"text": name}
    record = {
        "resourceType": "Patient",
        "id": key or f"{name}-{born}-{sex}",
        "name": [{"use": "official", **human}, *others] if name else list(others),
        "birthDate": born,
        "gender": sex,
    }
    return read_patient(json.dumps({key: value for key, value in record.items() if value}).encode())


def likeness(one: Patient, other: Patient) -> Likeness | None:
    found = look_alikes([one, other])
    assert [mine.other for mine in found.of(one)] == ([other] if found.by_id else [])
    return next(iter(found.of(one)), None)


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ("Smith, John", "Smith, John", Names.SAME),
        ("Smith, John", "SMITH, john", Names.SAME),
        ("Müller, Jürgen", "Mueller, Juergen", Names.SPELLING),
        ("Mejía, José", "Mejia, Jose", Names.SAME),
        ("Smith, John", "Smyth, Jon", Names.SOUND),
        ("Jones, Stephen", "Jones, Steven", Names.SOUND),
        ("Reid, Catherine", "Reed, Kathryn", Names.SOUND),
        ("Johnson, Anna", "Johnston, Anna", Names.SPELLING),
        ("Okafor, Ngozi", "Okafro, Ngozi", Names.SPELLING),
        ("Murphy, Sean", "Murphy, Shaun", Names.SOUND),
        ("O'Brien, Mary", "Obrien, Mary", Names.SAME),
        ("McDonald, Ann", "MacDonald, Anne", Names.SOUND),
        # Arabic and Persian, as clerks write them
        ("Khan, Amina", "Kahn, Ameena", Names.SOUND),
        ("Hussein, Mohammed", "Husain, Muhammad", Names.SOUND),
        ("Al-Rashid, Youssef", "Rashid, Yusuf", Names.SOUND),
        ("Abdul Rahman, Khalid", "Abdelrahman, Khaled", Names.SPELLING),
        ("Hosseini, Fatima", "Hoseini, Fatemeh", Names.SOUND),
        # Chinese by Pinyin, by Wade-Giles, and in either order
        ("Zhang, Wei", "Chang, Wei", Names.SOUND),
        ("Xu, Li", "Hsu, Lee", Names.SOUND),
        ("Zhou, Qian", "Chou, Chien", Names.SOUND),
        ("Wei, Zhang", "Zhang, Wei", Names.OTHER_ORDER),
        ("Li, Xiao Ming", "Li, Xiaoming", Names.SAME),
        # Vietnamese: family name first, and Văn and Thị in most names
        ("Nguyễn, Văn An", "Nguyen, Van An", Names.SAME),
        ("An, Nguyễn Văn", "Nguyen, Van An", Names.OTHER_ORDER),
        # Dutch, Iberian, Korean, Cyrillic
        ("van den Berg, Pieter", "Vandenberg, Pieter", Names.SAME),
        ("van de Heuvel, Pieter", "Heuvel, Pieter", Names.SAME),
        ("García López, María José", "Garcia, Maria Jose", Names.SAME),
        ("Park, Min-jun", "Pak, Minjun", Names.SOUND),
        ("Иванова, Ольга", "Петрова, Ольга", None),
        ("Ибрагимов, Ольга", "Ибрагимова, Ольга", Names.SPELLING),
        # Several parts, in whichever order
        ("Smith-Jones, Ann", "Jones-Smith, Ann", Names.SAME),
        ("Smith-Jones, Ann", "Smith, Ann", Names.SAME),
        ("Jones, Samantha Ann", "Jones, Samantha Marie", Names.SAME),
        ("Smith, John Robert", "Smith, Robert", Names.SAME),
        ("Martin, Jean-Pierre", "Martin, Jean Pierre", Names.SAME),
        ("Mary Fictitious", "Fictitious, Mary", Names.SAME),
        ("陽菜 井上", "井上, 陽菜", Names.SAME),
        ("井上陽菜", "井上, 陽菜", Names.OTHER_ORDER),
        # Not alike
        ("Smith, John", "Smith, Mary", None),
        ("Smith, Tim", "Smith, Tom", None),
        ("Moore, Mary", "Mary, Peter", None),
        ("Khan, Mohammed Ali", "Khan, Mohammed Asif", None),
        ("Nguyen, Thi Lan", "Nguyen, Thi Hoa", None),
        ("García López, María", "García Martínez, Juana", None),
        ("Martin, Jean-Pierre", "Martin, Jean-Paul", None),
        ("井上, 陽菜", "井上, 陽子", None),
        ("Smith, J.", "Smith, John", None),
        ("", "", None),
        ("", "Smith, John", None),
    ],
)
def test_names_alone(one: str, other: str, names: Names | None) -> None:
    """Born at quite another time each: only the names make them alike."""
    found = likeness(person(one, FAR[0], key="1"), person(other, FAR[1], key="2"))
    assert (found.names if found else None) is names
    assert found is None or found.births is None


def test_names_that_are_only_like_each_other_tell_a_man_from_a_woman() -> None:
    robert, roberta = person("Young, Robert", FAR[0], "male"), person("Young, Roberta", FAR[1], "female")
    assert likeness(robert, roberta) is None
    assert likeness(robert, person("Young, Roberta", FAR[0], "female")) is not None
    assert likeness(robert, person("Young, Roberta", FAR[1], "")) is not None


@pytest.mark.parametrize(
    ("one", "other", "births"),
    [
        ("1957-03-02", "1957-03-02", Births.SAME),
        ("1957-03-02", "1957-02-03", Births.DAY_AND_MONTH),
        ("1980-11-13", "1980-13-11", Births.DAY_AND_MONTH),
        ("1980-11-13", "1980-11-31", Births.SWAPPED_DIGITS),
        ("1957-03-02", "1975-03-02", Births.SWAPPED_DIGITS),
        ("1957-03-02", "1957-03-20", Births.SWAPPED_DIGITS),
        ("1980-11-13", "1980-11-18", Births.ONE_DIGIT),
        ("1980-11-13", "1960-11-13", Births.ONE_DIGIT),
        ("1980-11-30", "1980-12-01", Births.NEXT_DAY),
        ("1979-12-31", "1980-01-01", Births.NEXT_DAY),
        ("1979-05-04", "1980-05-04", Births.YEARS),
        ("1999-05-04", "2009-05-04", Births.YEARS),
        ("1905-05-04", "2005-05-04", Births.YEARS),
        ("1957", "1957-03-02", Births.MAYBE_SAME),
        ("1957-03", "1957-03-02", Births.MAYBE_SAME),
        ("1957-03-02T10:00:00Z", "1957-03-02", Births.SAME),
        ("1957", "1958", None),
        ("1957-03", "1957-04", None),
        ("1957-03-02", "1961-08-30", None),
        ("1957-03-02", "1975-02-03", None),
        ("1957-03-02", "", None),
        ("", "", None),
        ("02/03/1957", "02/03/1957", None),
    ],
)
def test_birth_dates(one: str, other: str, births: Births | None) -> None:
    """A family name in common, and no given name that would be alike."""
    assert near(digits_of(one), digits_of(other)) is near(digits_of(other), digits_of(one)) is births
    found = likeness(person("Okafor, Ngozi", one, key="1"), person("Okafor, Beatrice", other, key="2"))
    assert (found.births if found else None) is births
    assert found is None or found.names is Names.FAMILY


def test_given_names_alike_count_with_a_near_birth_date_as_after_a_wedding() -> None:
    found = likeness(person("Schinner, Courtney", "1981-03-26"), person("Johnston, Kourtney", "1981-03-26"))
    assert found is not None
    assert found.reasons == "given names alike, same birth date"
    assert likeness(person("Schinner, Courtney", FAR[0]), person("Johnston, Courtney", FAR[1])) is None


@pytest.mark.parametrize(
    ("born", "alike"),
    [("1980-11-13", True), ("1980-13-11", True), ("1980-11-31", True), ("1980-11-18", False), ("1981-11-13", False)],
)
def test_a_slight_slip_in_a_date_makes_no_man_of_a_woman(born: str, alike: bool) -> None:
    """Of a hundred people of one family name some are born so by chance; twins of both sexes are not."""
    found = likeness(person("Okafor, Ngozi", "1980-11-13", "female"), person("Okafor, Peter", born, "male"))
    assert (found is not None) == alike


DATES = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.from_regex(r"(19|20)\d\d(-[0-3]\d(-[0-3]\d)?)?", fullmatch=True),
    st.text(max_size=12),
)


@given(DATES, DATES)
def test_near_dates_are_near_from_both_sides_and_are_found(one: str, other: str) -> None:
    first, second = digits_of(one), digits_of(other)
    assert near(first, second) is near(second, first)
    assert near(first, first) is (Births.SAME if first else None)
    if near(first, second) is not None:
        assert set(probes(first)) & set(probes(second))


def test_a_slip_in_a_date_is_near_and_is_found() -> None:
    one = "19801113"
    slips = {one[:place] + digit + one[place + 1 :] for place in range(8) for digit in "0123456789"}
    slips |= {"19811113", "19701113", "20801113", "18801113", "19801112", "19801114", "19801311"}
    for slip in slips:
        assert near(one, slip) is not None, slip
        assert set(probes(one)) & set(probes(slip)), slip


def test_maiden_names_and_nicknames_count_and_it_is_said() -> None:
    married = person("Schinner, Courtney", FAR[0], "female", {"use": "maiden", "family": "Johnston", "given": ["C."]})
    single = person("Johnston, Courtney", FAR[1])
    found = likeness(married, single)
    assert found is not None
    assert found.by_other_name
    assert found.text == "Looks like JOHNSTON, Courtney (22 Oct 1987): same names (counting other names)"
    sammy = person("Jones, Samantha", FAR[0], "female", {"use": "nickname", "given": ["Sammy"]})
    assert likeness(sammy, person("Jones, Sammy", FAR[1])) is not None
    kana = person("井上, 陽菜", FAR[0], "female", {"family": "イノウエ", "given": ["ヒナ"]})
    assert (
        likeness(kana, person("井ノ上, 日菜", FAR[1], "female", {"family": "いのうえ", "given": ["ひな"]})) is not None
    )


def test_an_initial_is_like_a_name_where_no_birth_date_tells_them_apart() -> None:
    found = likeness(person("Smith, J."), person("Smith, John", FAR[0]))
    assert found is not None
    assert found.text == ("Looks like SMITH, John (15 May 1950): family names alike, a given name is only an initial")
    assert likeness(person("Smith, J."), person("Smith, Peter", FAR[0])) is None


def test_the_words_say_why_and_against_whom() -> None:
    amina, ameena = person("Khan, Amina", "1957-03-02"), person("Kahn, Ameena", "1957-02-03")
    found = look_alikes([amina, ameena])
    (mine,), (hers,) = found.of(amina), found.of(ameena)
    assert mine.text == "Looks like KAHN, Ameena (03 Feb 1957): names sound alike, day and month of birth swapped"
    assert hers.text == "Looks like KHAN, Amina (02 Mar 1957): names sound alike, day and month of birth swapped"
    assert "KHAN" not in hers.reasons.upper()


def test_who_is_most_alike_comes_first() -> None:
    john = person("Smith, John", "1971-05-04", key="john")
    others = [person("Smith, Jon", FAR[0], key="jon"), person("Smith, John", "1971-05-04", key="twin")]
    assert [like.other.id for like in look_alikes([*others, john]).of(john)] == ["twin", "jon"]


def test_records_of_one_id_are_one_patient() -> None:
    assert look_alikes([person("Smith, John", born, key="1") for born in FAR]).by_id == {}


NAMES = st.sampled_from(
    ["Smith", "Smyth", "Khan", "Kahn", "Li", "Lee", "van den Berg", "Berg", "O'Brien", "J.", "井上", ""]
)
PEOPLE = st.lists(
    st.builds(
        person,
        st.one_of(
            st.tuples(NAMES, NAMES).map(", ".join),
            st.text(max_size=8),
            st.tuples(st.text(max_size=6), st.text(max_size=6)).map(", ".join),
        ),
        st.one_of(st.just(""), st.sampled_from(["1957-03-02", "1957-02-03", "1957", "1958-03-02"]), DATES),
        st.sampled_from(["female", "male", ""]),
        key=st.sampled_from("abcdef"),
    ),
    max_size=8,
)


@given(PEOPLE)
def test_whoever_looks_like_another_is_looked_like_and_nobody_is_like_themselves(people: list[Patient]) -> None:
    found = look_alikes(people)
    ids = {patient.id for patient in people}
    for identifier, likenesses in found.by_id.items():
        assert identifier in ids
        assert likenesses
        for like in likenesses:
            assert like.other.id in ids - {identifier}
            assert like.text
            mirrored = [back for back in found.by_id[like.other.id] if back.other.id == identifier]
            assert (like.names, like.births) in [(back.names, back.births) for back in mirrored]


@given(PEOPLE)
def test_who_is_marked_does_not_hang_on_the_order_of_the_list(people: list[Patient]) -> None:
    assert look_alikes(people).by_id.keys() == look_alikes(people[::-1]).by_id.keys()


def test_names_beyond_those_that_are_compared_are_told() -> None:
    """A name that comes twice is one, and takes nobody's place."""
    maiden: dict[str, object] = {"use": "maiden", "family": "Johnston", "given": ["Courtney"]}
    johnston = person("Johnston, Courtney", FAR[1], key="2")
    again: dict[str, object] = {"use": "old", "family": "Schinner", "given": ["Courtney"]}
    found = look_alikes([person("Schinner, Courtney", FAR[0], "female", *[again] * 20, maiden, key="1"), johnston])
    assert (set(found.by_id), found.cut) == ({"1", "2"}, 0)
    former: list[dict[str, object]] = [{"family": chr(0x4E00 + number)} for number in range(20)]
    found = look_alikes([person("Schinner, Courtney", FAR[0], "female", *former, maiden, key="1"), johnston])
    assert (set(found.by_id), found.cut) == (set(), 1)
    words = " ".join(chr(0x4E00 + number) for number in range(20))
    assert look_alikes([person(f"Schinner, {words}"), johnston]).cut == 1


NAME_PARTS = [
    "Smith",
    "Smyth",
    "Smith-Jones",
    "Jones",
    "van den Berg",
    "Berg",
    "Khan",
    "Kahn",
    "Li",
    "Lee",
    "井上",
    "井",
]
GIVEN = ["John", "Jon", "John Robert", "Robert", "Roberta", "J.", "R", "Amina Smith", "Ameena", "Jean-Paul", "陽菜", ""]
WRITTEN = st.one_of(
    st.fixed_dictionaries(
        {
            "family": st.sampled_from(NAME_PARTS + GIVEN),
            "given": st.lists(st.sampled_from(GIVEN + NAME_PARTS), max_size=2),
        }
    ),
    st.fixed_dictionaries({"text": st.lists(st.sampled_from(NAME_PARTS + GIVEN), max_size=3).map(" ".join)}),
)
ONE_FAMILY = st.builds(
    lambda family, given: {"family": family, "given": [given]}, *map(st.sampled_from, (("Smith", "Smyth"), GIVEN))
)


def crowds(first_name: st.SearchStrategy[Mapping[str, object]]) -> st.SearchStrategy[list[Patient]]:
    return st.lists(
        st.builds(
            lambda first, others, born, sex, key: read_patient(
                json.dumps(
                    {"resourceType": "Patient", "id": key, "name": [first, *others], "birthDate": born, "gender": sex}
                ).encode()
            ),
            first_name,
            st.lists(WRITTEN, max_size=3),
            st.one_of(
                st.sampled_from(["", "1957-03-02", "1957-02-03", "1957", "1958-03-02", "1957-03-12"]),
                st.dates().map(lambda day: day.isoformat()),
            ),
            st.sampled_from(["female", "male", ""]),
            st.integers(0, 60).map(str),
        ),
        max_size=24,
    )


@given(st.one_of(crowds(WRITTEN), crowds(ONE_FAMILY)))
def test_all_at_once_finds_what_comparing_each_with_each_finds(people: list[Patient]) -> None:
    found = look_alikes(people)
    told = {
        (this, like.other.id, like.names, like.births, like.by_other_name)
        for this, likes in found.by_id.items()
        for like in likes
    }
    assert (told, found.unmarked) == plainly(people)


def test_comparing_a_thousand_namesakes_is_done_in_steps_that_stay_small() -> None:
    """Counted, not timed: a step looks at one patient, or at one pair, and namesakes beyond the few are not paired."""
    people = [
        person("Smith, John", f"{1900 + n % 100}-{n // 100 + 1:02}-{n % 28 + 1:02}", "male", *NICKNAMES, key=str(n))
        for n in range(1_000)
    ]
    steps = sum(1 for _ in compare(people))
    assert 4 * len(people) < steps < 40 * len(people)


NICKNAMES: list[dict[str, object]] = [{"use": "nickname", "given": [f"{letter}ohnny"]} for letter in "bcdfghk"]


# A mark on every row is a mark on none.

PLANTED = [
    person("Family, Amina", "1957-03-02", key="swapped-1"),
    person("Family, Beatrix", "1957-02-03", key="swapped-2"),
    person("Family, Catherine", "1964-08-19", key="sound-1"),
    person("Family, Kathryn", "1946-08-19", key="sound-2"),
    person("Family, Dolores", "1931-10-07", key="twin-1"),
    person("Family, Ulrich", "1931-10-07", "male", key="twin-2"),
    person("Family, Yusuf", "1999-12-30", "male", key="typed-1"),
    person("Family, Youssef", "1999-12-31", "male", key="typed-2"),
]


def test_a_common_family_name_does_not_mark_every_row_and_still_marks_who_must_be(shared_data: Path) -> None:
    """The fifty most common family names of 5,000 patients, among whom names recur far more than among people."""
    with gzip.open(shared_data / "large" / "Patient.ndjson.gz", "rb") as lines:
        everybody = [read_patient(line) for line in lines]
    common = Counter(patient.family for patient in everybody).most_common(50)
    rows = marked = 0
    for family, _ in common:
        listed = [p for p in everybody if any(folded(name.family).startswith(folded(family)) for name in p.names)]
        planted = [read_patient(patient.raw.replace(b'"Family"', json.dumps(family).encode())) for patient in PLANTED]
        rows, marked = rows + len(listed), marked + len(look_alikes(listed).by_id)
        found = look_alikes([*listed, *planted])
        assert {patient.id for patient in planted} <= found.by_id.keys(), family
        for patient in planted:
            kind = patient.id.partition("-")[0]
            assert any(like.other.id.startswith(kind) for like in found.of(patient)), patient.id
    assert marked / rows < 0.15, f"{marked} of {rows}"


def test_namesakes_of_any_age_are_marked_until_they_are_too_many() -> None:
    def family(namesakes: int, others: int) -> list[Patient]:
        years = range(1920, 1920 + 7 * (namesakes + others), 7)
        names = ["John"] * namesakes + [chr(0x4E00 + n) for n in range(others)]
        return [
            person(f"Smith, {name}", f"{year}-{n % 11 + 1:02}-{n % 27 + 1:02}", "male", key=str(n))
            for n, (name, year) in enumerate(zip(names, years, strict=True))
        ]

    few = look_alikes(family(4, SMALL_FAMILY))
    assert set("0123") <= few.by_id.keys()
    assert few.unmarked == 0
    small = look_alikes(family(SMALL_FAMILY, 0))
    assert len(small.by_id) == SMALL_FAMILY
    many = look_alikes(family(SMALL_FAMILY, 4))
    assert many.unmarked + len(many.by_id.keys() & {str(n) for n in range(SMALL_FAMILY)}) == SMALL_FAMILY
    assert many.unmarked > SMALL_FAMILY // 2
