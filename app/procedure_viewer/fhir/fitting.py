"""Searches made to fit a server: only search parameters that its CapabilityStatement offers are sent.

A parameter that a server does not know is silently ignored by some, so that everybody would be found; sending one that
it does not offer is never right. What can be asked in another way is; what can't is said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from procedure_viewer.fhir.asking import Parameters
from procedure_viewer.fhir.words import translate

_ALTERNATIVES: Final[dict[str, tuple[str, ...]]] = {
    "name": ("given", "family"),
    "given": ("name",),
    "family": ("name",),
    "phone": ("telecom",),
    "email": ("telecom",),
    "patient": ("subject",),
}
"""Parameters that, all together and each by a search of its own, find whom another finds."""
_ALWAYS: Final = frozenset({"_id"})
"""Part of every search, and seldom listed: http://hl7.org/fhir/R4/search.html#id."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A search that a server does not offer, because of one parameter."""

    parameter: str

    @property
    def words(self) -> str:
        """A sentence for the one who asked."""
        match self.parameter:
            case "identifier":
                return translate("fhir", "This server can't be searched by MRN or identifier.")
            case "birthdate":
                return translate("fhir", "This server can't be searched by date of birth.")
            case "phone":
                return translate("fhir", "This server can't be searched by phone number.")
            case "email":
                return translate("fhir", "This server can't be searched by e-mail address.")
            case "name":
                return translate("fhir", "This server can't be searched by a name that may be family or given name.")
            case "family":
                return translate("fhir", "This server can't be searched by family name.")
            case "given":
                return translate("fhir", "This server can't be searched by given name.")
            case "patient":
                return translate("fhir", "This server can't list the procedures of one patient.")
            case _:
                text = translate("fhir", "This server can't be searched by “{parameter}”.")
                return text.format(parameter=self.parameter)


@dataclass(frozen=True, slots=True)
class Fitting:
    """Searches that a server offers, whose results are to be united, and what had to be left out."""

    searches: tuple[Parameters, ...]
    left_out: tuple[Unsupported, ...] = ()


def fitted(parameters: Parameters, offered: Collection[str] | None) -> list[Parameters] | Unsupported:
    """The searches that ask for the same by parameters that are offered; None offers all of them.

    Names may match less exactly than asked for: `query.matches` sorts the records that come.
    """
    if offered is None:
        return [parameters]
    options: list[list[tuple[str, str]]] = []
    for name, value in parameters:
        names = _offered_for(name, offered)
        if not names:
            return Unsupported(name)
        options.append([(candidate, value) for candidate in names])
    # Two parameters of one name, as for the days of a year, go together in each search.
    return list(dict.fromkeys(product(*options)))


def fitted_together(searches: Sequence[Parameters], offered: Collection[str] | None) -> Fitting:
    """Alternative searches, as of a number that may be a phone or an MRN: those that are offered, each once."""
    found: dict[Parameters, None] = {}
    left_out: dict[Unsupported, None] = {}
    for parameters in searches:
        fitting = fitted(parameters, offered)
        if isinstance(fitting, Unsupported):
            left_out[fitting] = None
        else:
            found.update(dict.fromkeys(fitting))
    return Fitting(tuple(found), tuple(left_out))


def _offered_for(name: str, offered: Collection[str]) -> tuple[str, ...]:
    if name in offered or name in _ALWAYS:
        return (name,)
    alternatives = _ALTERNATIVES.get(name, ())
    return alternatives if all(alternative in offered for alternative in alternatives) else ()
