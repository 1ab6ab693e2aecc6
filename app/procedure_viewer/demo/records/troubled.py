"""The patients whose procedures can't simply be read: who they are, and what each of them comes with."""

from collections.abc import Mapping

from procedure_viewer.demo.records import illnesses as ill
from procedure_viewer.demo.records.courses import prevention
from procedure_viewer.demo.records.people import History, Person
from procedure_viewer.demo.trouble import Trouble

_LIFE: History = ((prevention, 2014),)
_LONG: History = ((prevention, 2012), (ill.CORONARY, 2016), (ill.FIBRILLATION, 2019))
"""More than fits a page of a hundred."""

_WHO: Mapping[Trouble, tuple[str, str, str, History]] = {
    Trouble.FORBIDDEN: ("Fiona", "female", "1970-02-03", _LIFE),
    Trouble.SIGNED_OUT: ("Simon", "male", "1981-06-09", _LIFE),
    Trouble.GONE: ("Gloria", "female", "1959-11-23", _LIFE),
    Trouble.SERVER_ERROR: ("Ernest", "male", "1966-01-30", _LIFE),
    Trouble.BUSY: ("Bruno", "male", "1978-09-14", _LIFE),
    Trouble.THROTTLED: ("Theresa", "female", "1984-12-05", _LIFE),
    Trouble.SLOW: ("Sebastian", "male", "1956-07-19", _LIFE),
    Trouble.SILENT: ("Sylvia", "female", "1990-10-27", _LIFE),
    Trouble.PROXY: ("Petra", "female", "1973-05-08", _LIFE),
    Trouble.PORTAL: ("Paul", "male", "1987-03-21", _LIFE),
    Trouble.BROKEN: ("Bridget", "female", "1962-08-16", _LIFE),
    Trouble.DROPPED: ("Dominic", "male", "1969-04-01", _LIFE),
    Trouble.HALFWAY: ("Helen", "female", "1951-12-12", _LONG),
    Trouble.LOOP: ("Louis", "male", "1954-02-25", _LIFE),
    Trouble.ELSEWHERE: ("Esther", "female", "1958-06-30", _LONG),
    Trouble.SHORT: ("Sharon", "female", "1976-01-18", ((prevention, 2008), (ill.BACK, 2016))),
    Trouble.SHIFTED: ("Sheldon", "male", "1949-09-02", _LONG),
    Trouble.MIXED: ("Michael", "male", "1968-10-11", _LIFE),
    Trouble.WARNING: ("Wanda", "female", "1964-03-29", _LIFE),
    Trouble.UNREADABLE: ("Ursula", "female", "1972-07-06", _LIFE),
}

TROUBLED: Mapping[Trouble, Person] = {
    trouble: Person(
        slug=f"demo-{trouble.lower()}", family=f"Demo-{trouble}", given=(given,), sex=sex, born=born, history=history
    )
    for trouble, (given, sex, born, history) in _WHO.items()
}
