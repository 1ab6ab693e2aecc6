"""Rule 12: dates as far as they are stated, in their own zone, with the reader's time beside them where it differs."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.procedure import read_procedure
from procedure_viewer.fhir.summary import summary
from tests.desk import Desk
from tests.servers import ScriptedServer, bundle, by_path, reply
from tests.zones import ZONES


def facts(**elements: object) -> dict[str, str]:
    resource = {"resourceType": "Procedure", "status": "completed", **elements}
    return {fact.label: fact.value for fact in summary(read_procedure(json.dumps(resource).encode()))}


EVENING = "2023-09-20T21:18:54.263690+00:00"
INSTANTS = {  # the text, and what stands beside it for readers in each of the three zones
    EVENING: ("20 Sep 2023, 21:18 UTC", "20 Sep 2023, 09:18", "", "21 Sep 2023, 11:18"),
    "2023-12-31T23:30-05:00": (
        "31 Dec 2023, 23:30 -05:00",
        "31 Dec 2023, 16:30",
        "01 Jan 2024, 04:30",
        "01 Jan 2024, 18:30",
    ),
    "2024-02-29T00:15:00+14:00": ("29 Feb 2024, 00:15 +14:00", "27 Feb 2024, 22:15", "28 Feb 2024, 10:15", ""),
    "2016-12-31T23:59:60Z": ("31 Dec 2016, 23:59 UTC", "31 Dec 2016, 11:59", "", "01 Jan 2017, 13:59"),
}
WITHOUT_ZONE = {
    "2023": "2023",
    "2023-09": "Sep 2023",
    "2023-09-20": "20 Sep 2023",
    "2024-02-29": "29 Feb 2024",
    "2023-09-20T21:18": "20 Sep 2023, 21:18 (time zone not stated)",
    "2023-02-29": "2023-02-29",
    "2023-09-20T24:00:00Z": "2023-09-20T24:00:00Z",
    "20.09.2023": "20.09.2023",
    "last spring": "last spring",
}
OTHER_FORMS = {
    "performedString": ("as a child", "as a child"),
    "performedAge": ({"value": 40, "unit": "years", "code": "a"}, "at age 40 years"),
    "performedRange": (
        {"low": {"value": 20, "code": "a"}, "high": {"value": 25, "code": "a"}},
        "at age 20 to 25 years",
    ),
    "performedPeriod": ({"start": "2011-06-26", "end": "2011-06"}, "26 Jun 2011 to Jun 2011"),
    "occurrencePeriod": ({"start": "2011"}, "from 2011, no end stated"),
    "occurrenceTiming": ({"event": ["2023-09", "2024"]}, "Sep 2023, 2024"),
}
DATED: dict[str, Callable[[str], dict[str, object]]] = {  # every place of a summary where an instant may stand
    "When": lambda at: {"performedDateTime": at},
    "Recorded": lambda at: {"recorded": at},
    "Note": lambda at: {"note": [{"text": "x", "time": at}]},
    "First incision": lambda at: {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/procedure-incisionDateTime", "valueDateTime": at}
        ]
    },
    "Changed on the server": lambda at: {"meta": {"lastUpdated": at}},
}


@pytest.mark.parametrize("place", DATED)
def test_an_instant_shows_its_own_offset_and_the_readers_time(machine_zone: str, place: str) -> None:
    for instant, (text, *local) in INSTANTS.items():
        beside = dict(zip(ZONES, local, strict=True))[machine_zone]
        shown = facts(**DATED[place](instant))[place]
        expected = f"{text} ({beside} local time)" if beside else text
        assert shown == (f"x ({expected})" if place == "Note" else expected)


@pytest.mark.parametrize("place", DATED)
def test_no_digit_is_added_and_nothing_is_shifted(machine_zone: str, place: str) -> None:
    for date, text in WITHOUT_ZONE.items():
        assert facts(**DATED[place](date))[place] == (f"x ({text})" if place == "Note" else text)


def test_all_other_forms_read_naturally_in_any_zone(machine_zone: str) -> None:
    for name, (value, text) in OTHER_FORMS.items():
        assert facts(**{name: value})["When"] == text
    both = facts(performedPeriod={"start": "2023-09-20T23:30:00+01:00", "end": "2023-09-21T00:30:00+01:00"})["When"]
    own = "20 Sep 2023, 23:30 +01:00 to 21 Sep 2023, 00:30 +01:00"
    beside = {"UTC-12": "20 Sep 2023, 10:30 to 11:30", "UTC": "20 Sep 2023, 22:30 to 23:30"}
    assert both == f"{own} ({beside.get(machine_zone, '21 Sep 2023, 12:30 to 13:30')} local time)"


@given(st.dates(), st.sampled_from((4, 7, 10)))
def test_a_partial_date_has_no_more_than_was_stated(date: object, digits: int) -> None:
    stated = str(date)[:digits]
    shown = facts(performedDateTime=stated)["When"]
    year, *rest = stated.split("-")
    assert re.fullmatch(rf"(?:{'|'.join(rest[1:])} )?(?:[A-Z][a-z]{{2}} )?{year}", shown)
    assert len(shown.split()) == len(rest) + 1


def test_a_date_of_birth_stays_the_day_that_it_is(machine_zone: str, desk: Desk) -> None:
    patient = {"resourceType": "Patient", "id": "alice", "birthDate": "1957-03-02", "name": [{"family": "Alder"}]}
    record = {
        "resourceType": "Procedure",
        "id": "1",
        "status": "completed",
        "subject": {"reference": "Patient/alice"},
        "performedDateTime": EVENING,
    }
    answers = {"/Patient": reply(200, bundle([patient], total=1)), "/Procedure": reply(200, bundle([record], total=1))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("alder 1957-03-02")
        assert any("birthdate=1957-03-02" in target for target in server.targets)
        results = desk.window.search.results.model()
        assert "02 Mar 1957" in [results.index(0, column).data() for column in range(results.columnCount())]
        desk.open_first()
        desk.wait_for_chart()
        assert "Born 02 Mar 1957" in desk.window.banner.facts.text()
        desk.select("1")
        assert desk.rows()[0][0] == "20 Sep 2023, 21:18 UTC"
        beside = dict(zip(ZONES, INSTANTS[EVENING][1:], strict=True))[machine_zone]
        assert any(text.endswith(f"({beside} local time)") for text in desk.window.detail.summary.texts()) == bool(
            beside
        )
