"""What is asked for, gathered part by part until it is a `Reading`: searches, a sentence, or a question back.

http://hl7.org/fhir/R4/patient.html#search
"""

from collections.abc import Sequence
from itertools import product
from typing import Final

import msgspec

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.folding import folded, without_accents
from procedure_viewer.fhir.typed_date import TypedDate, bounds
from procedure_viewer.fhir.when import date_text
from procedure_viewer.fhir.words import translate

Parameters = tuple[tuple[str, str], ...]

_PHONE_DIGITS: Final = 10
"""Of a North American number, the form in which Canvas keeps and finds them."""


class Choice(msgspec.Struct, frozen=True, gc=False):
    """One of the things that a line may mean: how it reads, and the line that says so unmistakably."""

    label: str
    line: str
    date: str
    """The part of the line that could be read in several ways, as this choice reads it: "1980-04-03"."""


class Reading(msgspec.Struct, frozen=True, gc=False):
    """How a line was understood."""

    text: str
    """A sentence for the line under the field."""
    searches: tuple[Parameters, ...] = ()
    """Alternative parameter lists for a search of Patient; their results are to be united."""
    words: tuple[str, ...] = ()
    """The words of the name that no search sends, folded: they are matched here; see `query.matches`."""
    procedure_id: str = ""
    """A procedure to be read by its id, instead of any search."""
    or_patient: bool = False
    """The procedure's id may be a patient's id or number too, if no procedure has it; see `query.patients_of`."""
    choices: tuple[Choice, ...] = ()
    """When the line may mean several things: nothing is searched before one is chosen."""

    @property
    def ok(self) -> bool:
        """Whether there is something to search or to read."""
        return bool(self.searches or self.procedure_id)

    def widened(self) -> "Reading":
        """The same searches, taking whomever the server finds: what it was sent of the name is enough."""
        text = translate("fhir", "{reading}; part of the name is enough").format(reading=self.text)
        return Reading(text, self.searches)


class Asked:
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

    def name(self, parameter: str, words: Sequence[str], sent: str, here: Sequence[str] = ()) -> None:
        """A name of several words. The text `sent` goes to the server: with accents also without, as some want it.

        The words `here` are matched here. What was sent is not among them: that is the server's to match, by whatever
        it holds for alike, such as parts, sounds and nicknames.
        """
        if not words:
            self.not_understood(sent)
            return
        plain = without_accents(sent)
        alternatives = (sent, plain) if plain.isascii() and plain != sent.lower() else (sent,)
        self._name_groups.append([((parameter, text),) for text in alternatives])
        self._words += map(folded, here)
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
                Choice(label, " ".join(filter(None, (before, reading, after))), reading)
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


def _national_digits(typed: str) -> str:
    """The digits of a telephone number, without North America's country code."""
    digits = "".join(filter(str.isdigit, typed))
    return digits[1:] if len(digits) == _PHONE_DIGITS + 1 and digits.startswith("1") else digits


def _birth_date(fhir_date: str) -> Parameters:
    if len(fhir_date) == len("YYYY-MM-DD"):
        return (("birthdate", fhir_date),)
    first, last = bounds(fhir_date)
    return (("birthdate", f"ge{first}"), ("birthdate", f"le{last}"))
