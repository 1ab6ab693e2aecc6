"""What a clinician typed, understood: search parameters for Patient, and words to say how it was understood.

http://hl7.org/fhir/R4/patient.html#search. Nothing is guessed in silence: every reading is a sentence, what may mean
two things is asked about or searched both ways, and what isn't understood is said.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.folding import folded, starts_of, without_accents
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.typed_date import TypedDate, bounds, typed_dates
from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate

Parameters = tuple[tuple[str, str], ...]

_ID: Final = r"[A-Za-z0-9\-.]{1,64}"
_PROCEDURE: Final = re.compile(rf"(?:https?://\S+/)?Procedure/({_ID})")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_PATIENT: Final = re.compile(rf"(?:https?://\S+/)?Patient/({_ID})|([0-9a-f]{{32}})", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@,;<>|]+@[^\s@,;<>|]+\.[^\s@,;<>|]+")
_IDENTIFIER_IN_SYSTEM: Final = re.compile(r"([^\s|]*)\|([^\s|]*)")
_LABELLED_MRN: Final = re.compile(
    r"\b(?:mrn|medical record(?: number| no\.?)?|identifier)(?: *[:#=] *| +)([^\s,;]+)", re.I
)
_LABELLED_PHONE: Final = re.compile(r"\b(?:phone|telephone|tel|mobile|cell)\.?(?: *[:=] *| +)(?=[+(\d])", re.I)
_BIRTH_LABEL: Final = re.compile(
    r"\b(?:dob|d\.o\.b\.|born(?: on)?|birth ?date|date of birth)(?: *: *| +)(?=\w*[ .]?\d)", re.I
)
_NUMBER: Final = re.compile(r"(?<![\w|.-])\+?\(?\d[\d ().-]{4,}\d(?![\w|])")
_NAME_WORD: Final = re.compile(r"[^\W\d_](?:[^\W_]|[’'ʼ`´.\-‐‑\u0300-\u036f])*")
_NAME_WITH_DIGITS: Final = re.compile(r"[^\W\d_]{3,}\d{1,3}")
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof"})
_SEPARATORS: Final = re.compile(r"[\s,;・]+")
_PHONE_DIGITS: Final = 10
"""Of a North American number, the form in which Canvas keeps and finds them."""


class Choice(msgspec.Struct, frozen=True, gc=False):
    """One of the things that a line may mean: how it reads, and the line that says so unmistakably."""

    label: str
    line: str


class Reading(msgspec.Struct, frozen=True, gc=False):
    """How a line was understood."""

    text: str
    """A sentence for the line under the field."""
    searches: tuple[Parameters, ...] = ()
    """Alternative parameter lists for a search of Patient; their results are to be united."""
    words: tuple[str, ...] = ()
    """Every word of the name, folded; see `matches`."""
    procedure_id: str = ""
    """A procedure to be read by its id, instead of any search."""
    choices: tuple[Choice, ...] = ()
    """When the line may mean several things: nothing is searched before one is chosen."""

    @property
    def ok(self) -> bool:
        """Whether there is something to search or to read."""
        return bool(self.searches or self.procedure_id)


def matches(reading: Reading, patient: Patient) -> bool:
    """Whether every word of the name is the start of some part of the patient's names, accents and case aside.

    Servers are asked for one word only. A record that can't be read is never sorted out: it has to be seen.
    """
    if not reading.words or not patient.readable:
        return True
    starts = starts_of(patient.names)
    return all(any(start.startswith(word) for start in starts) for word in reading.words)


def read_query(line: str, today: date) -> Reading:
    """Understand one line: names in either order, dates of birth, numbers, e-mail, ids, in any combination."""
    line = " ".join(unicodedata.normalize("NFKC", line).split())
    if not line:
        return Reading(translate("fhir", "Type a name, date of birth, MRN, phone number or e-mail"))
    found = _PROCEDURE.fullmatch(line) or _UUID.fullmatch(line)
    if found:
        procedure_id = found[1] if found.re is _PROCEDURE else line.lower()
        text = translate("fhir", "The procedure with the id {id} (for a patient's id, type Patient/ before it)")
        return Reading(text.format(id=procedure_id), procedure_id=procedure_id)
    return _Line(line, today).reading()


def read_fields(given: str, family: str, birth_date: str, mrn: str, phone: str, today: date) -> Reading:
    """Understand the form with separate fields. The line of a `Choice` says all of the form in one line."""
    asked = _Asked()
    given, family, birth_date, mrn, phone = (
        " ".join(unicodedata.normalize("NFKC", field).split()) for field in (given, family, birth_date, mrn, phone)
    )
    if given:
        asked.name("given", _name_words(given), max(_name_words(given) or [given], key=len))
    if family:
        asked.name("family", _name_words(family), family)
    if birth_date:
        dates = list(typed_dates(birth_date, today))
        if len(dates) == 1 and dates[0].text == birth_date:
            before = " ".join(filter(None, (given, family)))
            after = " ".join([f"MRN {mrn}"] * bool(mrn) + [f"phone {phone}"] * bool(phone))
            asked.date(dates[0], before, after)
        else:
            asked.not_understood(birth_date)
    if mrn:
        asked.identifier(mrn)
    if phone:
        asked.phone(phone)
    return asked.reading()


def _name_words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if folded(word)]


class _Asked:
    """Gathers what is asked for: groups of alternatives, all of which a patient must meet, and a phrase for each.

    Names come first in the sentence, wherever they were typed.
    """

    def __init__(self) -> None:
        self._name_groups: list[list[Parameters]] = []
        self._name_phrases: list[str] = []
        self._groups: list[list[Parameters]] = []
        self._phrases: list[str] = []
        self._words: list[str] = []
        self._kinds: set[str] = set()
        self._troubles: list[str] = []
        self._choices: tuple[Choice, ...] = ()

    def reading(self) -> Reading:
        """All of it as a `Reading`; one trouble is enough to search nothing."""
        if self._troubles:
            return Reading(" ".join(self._troubles), choices=self._choices)
        groups = self._name_groups + self._groups
        if not groups:
            return Reading(translate("fhir", "Nothing to search for"))
        searches = tuple(tuple(sum(options, ())) for options in product(*groups))
        text = ", ".join(self._name_phrases + self._phrases)
        return Reading(text[:1].upper() + text[1:], searches, tuple(self._words))

    def name(self, parameter: str, words: Sequence[str], sent: str) -> None:
        """A name of several words, one text of which is sent: with accents also without, as some servers want it."""
        if not words:
            self.not_understood(sent)
            return
        plain = without_accents(sent)
        alternatives = (sent, plain) if plain.isascii() and plain != sent.lower() else (sent,)
        self._name_groups.append([((parameter, text),) for text in alternatives])
        self._words += map(folded, words)
        quoted = [translate("fhir", "“{word}”").format(word=word) for word in words]
        match parameter:
            case "given":
                phrase = translate("fhir", "given name {words}")
            case "family":
                phrase = translate("fhir", "family name {words}")
            case _ if len(words) == 1:
                phrase = translate("fhir", "family or given name {words}")
            case _:
                phrase = translate("fhir", "names {words}")
        self._name_phrases.append(phrase.format(words=translate("fhir", " and ").join(quoted)))

    def date(self, typed: TypedDate, before: str, after: str) -> None:
        """A date of birth; `before` and `after` are what stands around it in the line."""
        if typed.future:
            self._troubles.append(translate("fhir", "“{text}” is in the future.").format(text=typed.text))
        elif not typed.readings:
            self._troubles.append(translate("fhir", "“{text}” is no date.").format(text=typed.text))
        elif len(typed.readings) > 1:
            labels = list(map(date_text, typed.readings))
            text = translate("fhir", "“{text}” may be {dates}: which one?")
            self._troubles.append(text.format(text=typed.text, dates=translate("fhir", " or ").join(labels)))
            self._choices = tuple(
                Choice(label, " ".join(filter(None, (before, reading, after))))
                for label, reading in zip(labels, typed.readings, strict=True)
            )
        else:
            (reading,) = typed.readings
            born = translate("fhir", "born {date}").format(date=date_text(reading))
            options = [_birth_date(reading)]
            if not typed.certain:
                options.append((("identifier", typed.text),))
                born = translate("fhir", "{born}, or MRN {number}").format(born=born, number=typed.text)
            self._add("birthdate", born, options)

    def identifier(self, value: str) -> None:
        """An MRN or another identifier, alone or as `system|value`."""
        self._add(
            "identifier", translate("fhir", "MRN or identifier {value}").format(value=value), [(("identifier", value),)]
        )

    def phone(self, value: str) -> None:
        """A telephone number and nothing else."""
        digits = _national_digits(value)
        if not digits:
            self.not_understood(value)
            return
        self._add("phone", translate("fhir", "phone {number}").format(number=value), [(("phone", digits),)])

    def number(self, typed: str) -> None:
        """Digits with or without punctuation: ten may be a phone or an MRN, so that both are searched."""
        digits = _national_digits(typed)
        if len(digits) == _PHONE_DIGITS:
            text = translate("fhir", "phone or MRN {number}").format(number=digits)
            self._add("identifier", text, [(("phone", digits),), (("identifier", digits),)])
        elif typed.startswith("+"):
            self.phone(typed)
        else:
            self.identifier(digits if " " in typed else typed)

    def email(self, address: str) -> None:
        """An e-mail address."""
        self._add("email", translate("fhir", "e-mail {address}").format(address=address), [(("email", address),)])

    def patient(self, patient_id: str) -> None:
        """A patient by the id on this server."""
        self._add(
            "_id", translate("fhir", "the patient with the id {id}").format(id=patient_id), [(("_id", patient_id),)]
        )

    def not_understood(self, text: str) -> None:
        """Say so; what is not understood is not searched around."""
        self._troubles.append(translate("fhir", "“{text}” is not understood.").format(text=printable(text)))

    def _add(self, kind: str, phrase: str, options: list[Parameters]) -> None:
        if kind in self._kinds:
            text = translate("fhir", "There is more than one number, date or address of a kind: {phrase}.")
            self._troubles.append(text.format(phrase=phrase))
            return
        self._kinds.add(kind)
        self._groups.append(options)
        self._phrases.append(phrase)


class _Line:
    """Takes out of a line what has a form of its own; what is left are words."""

    def __init__(self, line: str, today: date) -> None:
        self._line = line
        self._today = today
        self._asked = _Asked()

    def reading(self) -> Reading:
        """Understand the line, from its most explicit parts to its least."""
        asked = self._asked
        for match in self._taken(_EMAIL):
            asked.email(match[0])
        for match in self._taken(_IDENTIFIER_IN_SYSTEM):
            if match[2]:
                asked.identifier(match[0])
            else:
                asked.not_understood(match[0])
        for match in self._taken(_LABELLED_MRN):
            asked.identifier(match[1])
        for label in self._taken(_LABELLED_PHONE):
            number = _NUMBER.match(self._line, label.end())
            if number:
                self._take(number)
                asked.phone(number[0])
        self._taken(_BIRTH_LABEL)
        self._take_dates()
        for match in self._taken(_NUMBER):
            asked.number(match[0])
        self._take_words()
        return asked.reading()

    def _taken(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = list(pattern.finditer(self._line))
        for match in found:
            self._take(match)
        return found

    def _take(self, match: re.Match[str]) -> None:
        self._blank(match.start(), match.end())

    def _blank(self, start: int, end: int) -> None:
        # A line break, which the line itself can't have, keeps apart what stood apart; every place stays where it is.
        self._line = self._line[:start] + "\n" * (end - start) + self._line[end:]

    def _take_dates(self) -> None:
        line = self._line
        for typed in typed_dates(line, self._today):
            self._blank(typed.start, typed.end)
            self._asked.date(typed, line[: typed.start].strip(), line[typed.end :].strip())

    def _take_words(self) -> None:
        names: list[str] = []
        for word in filter(None, _SEPARATORS.split(self._line)):
            patient = _PATIENT.fullmatch(word)
            if patient:
                self._asked.patient(patient[1] or patient[2].lower())
            elif _NAME_WORD.fullmatch(word) and (not _has_digit(word) or _NAME_WITH_DIGITS.fullmatch(word)):
                names.append(word)
            elif _has_digit(word):
                self._asked.identifier(word)
            else:
                self._asked.not_understood(word)
        names = [name for name in names if folded(name) not in _TITLES] or names
        if names:
            self._asked.name("name", names, max(names, key=len))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _national_digits(typed: str) -> str:
    """The digits of a telephone number, without North America's country code."""
    digits = "".join(filter(str.isdigit, typed))
    return digits[1:] if len(digits) == _PHONE_DIGITS + 1 and digits.startswith("1") else digits


def _birth_date(fhir_date: str) -> Parameters:
    if len(fhir_date) == len("YYYY-MM-DD"):
        return (("birthdate", fhir_date),)
    first, last = bounds(fhir_date)
    return (("birthdate", f"ge{first}"), ("birthdate", f"le{last}"))
