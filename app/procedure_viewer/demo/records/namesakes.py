"""People who are easily taken for one another: of one name, or of nearly the same name and birth date."""

from procedure_viewer.demo.records import illnesses as ill
from procedure_viewer.demo.records.courses import dialysis, prevention
from procedure_viewer.demo.records.people import Person, name

SEED_PATIENT = "b8dfa97bdcdf4754bcd8197ca78ef0f0"
"""The patient of the API's published example."""

BUSIEST = "okafor-ngozi"
"""Has 312 procedures."""

_ADULT = (prevention, 2010)
_LATE = (prevention, 2016)
_YOUNG = (prevention, 2019)


NAMESAKES = (
    Person(
        slug="jones-samantha",
        key=SEED_PATIENT,
        family="Jones",
        given=("Samantha", "Ann"),
        sex="female",
        born="1980-11-13",
        mrn="963277285",
        other_names=(name("nickname", "", "Sammy"),),
    ),
    Person(
        slug="jones-samantha-m",
        family="Jones",
        given=("Samantha", "Marie"),
        sex="female",
        born="1980-11-18",
        history=(_ADULT, (ill.DEPRESSION, 2017)),
    ),
    Person(
        slug="jones-derek",
        family="Jones",
        given=("Derek",),
        sex="male",
        born="1952-04-30",
        history=(_ADULT, (ill.CORONARY, 2015), (ill.CATARACTS, 2021), (ill.HERNIA, 2012)),
    ),
    Person(
        slug="okafor-ngozi",
        family="Okafor",
        given=("Ngozi", "Grace"),
        sex="female",
        born="1957-03-02",
        mrn="104477201",
        history=(_ADULT, (ill.DIABETES, 2012), (ill.CATARACTS, 2022), (dialysis, 2023)),
    ),
    Person(
        slug="okafor-nnamdi",
        family="Okafor",
        given=("Nnamdi",),
        sex="male",
        born="1957-03-20",
        history=(_ADULT, (ill.FIBRILLATION, 2020)),
    ),
    Person(
        slug="smith-john",
        family="Smith",
        given=("John", "Robert"),
        sex="male",
        born="1971-05-04",
        history=(_ADULT, (ill.KIDNEY_STONES, 2018), (ill.VASECTOMY, 2009)),
    ),
    Person(
        slug="smith-john-jr",
        sex="male",
        born="2001-05-04",
        other_names=(name("official", "Smith", "John", "Robert", suffix=["Jr."]), name("nickname", "", "Jack")),
        history=(_YOUNG, (ill.MENISCUS, 2022)),
    ),
    Person(
        slug="muller-jurgen",
        family="Müller",
        given=("Jürgen",),
        sex="male",
        born="1949-08-21",
        history=(_ADULT, (ill.KNEES, 2014), (ill.HEARING_LOSS, 2020)),
    ),
    Person(
        slug="mueller-juergen",
        family="Mueller",
        given=("Juergen",),
        sex="male",
        born="1949-08-12",
        history=(_LATE, (ill.ENLARGED_PROSTATE, 2019)),
    ),
    Person(
        slug="khan-amina",
        family="Khan",
        given=("Amina",),
        sex="female",
        born="1968-04-09",
        history=((prevention, 2022), (ill.KNEES, 2019)),
    ),
    Person(
        slug="khan-ameena",
        family="Khan",
        given=("Ameena",),
        sex="female",
        born="1968-09-04",
        history=((prevention, 2022), (ill.HERNIA, 2018)),
    ),
    Person(
        slug="khan-imran",
        family="Khan",
        given=("Imran",),
        sex="male",
        born="1991-12-17",
    ),
)
