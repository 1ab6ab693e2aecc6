"""What the window may ask of the worker: each request is a frozen value with a scope, in which the latest wins."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from procedure_viewer.fhir.outcome import Issue, Problem
from procedure_viewer.fhir.patient import Patient
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.query import Reading


class Scope(StrEnum):
    """A place in the window that shows one answer at a time: a newer request in it cancels the older one."""

    CONNECTION = "connection"
    KEYCHAIN = "keychain"
    PATIENTS = "patients"
    CHART = "chart"
    PROCEDURE = "procedure"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The common part: whose chart it is about, where it is about one."""

    scope: ClassVar[Scope]
    patient: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseServer(Request):
    """Talk to the server at `base_url` from now on; answered with the base URL when it can be used.

    `base_url` may be a function that blocks until the address is known (the demo server's). The bearer token is given
    (`token`), or lies in the keyring under `account`, or there is none.
    """

    scope: ClassVar[Scope] = Scope.CONNECTION
    base_url: str | Callable[[], str]
    token: str | None = field(default=None, repr=False)
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreToken(Request):
    """Put a bearer token into the keyring under `account`, replacing an older one; `forget` is an account to empty."""

    scope: ClassVar[Scope] = Scope.KEYCHAIN
    account: str
    token: str = field(repr=False)
    forget: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetToken(Request):
    """Take the token of `account` out of the keyring."""

    scope: ClassVar[Scope] = Scope.KEYCHAIN
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPatients(Request):
    """Search for patients as `reading` says; pages are `PatientsFound`, answered with the last of them.

    `otherwise` is what is to be said if nobody is found: why something else that was meant was not found before.
    """

    scope: ClassVar[Scope] = Scope.PATIENTS
    reading: Reading = field(repr=False)
    otherwise: Problem | None = None


@dataclass(frozen=True, slots=True)
class PatientsFound:
    """The patients found so far, in the server's order, and how far the search has come.

    `candidates` records were looked at, of `total` where the server says so; `more` tells that the search stopped
    although the server had further pages. `warnings` are what the server said beside its answer; `unreadable` counts
    the entries that can't be listed: not readable, without an id, or no Patient. `passed_over` counts the patients who
    are left out because a word of the name that the server was not sent stands in none of their names.
    """

    patients: tuple[Patient, ...] = field(repr=False)
    candidates: int
    total: int | None
    more: bool
    warnings: tuple[Issue, ...] = ()
    unreadable: int = 0
    passed_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPatient(Request):
    """Read one patient by id; answered with a `Patient`.

    `wanted` is the procedure that was opened by its id and is to be selected in the chart.
    """

    scope: ClassVar[Scope] = Scope.PROCEDURE
    patient_id: str
    wanted: Procedure | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadProcedures(Request):
    """Read all procedures of the patient; each page is a `chart.ChartPage`; answered with None at the last page."""

    scope: ClassVar[Scope] = Scope.CHART
    patient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProcedure(Request):
    """Read one procedure by id; answered with a `Procedure`.

    `or_patient` tells that the id may be a patient's if no procedure has it.
    """

    scope: ClassVar[Scope] = Scope.PROCEDURE
    procedure_id: str
    or_patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteFile(Request):
    """Write `content` to `path`, whole or not at all; answered with the path."""

    scope: ClassVar[Scope] = Scope.EXPORT
    path: Path
    content: bytes = field(repr=False)
    replace: bool
