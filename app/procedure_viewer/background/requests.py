"""What the window may ask of the worker: each request is a frozen value with a scope, in which the latest wins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.fhir.query import Reading
from procedure_viewer.settings.connections import Connection

if TYPE_CHECKING:
    from procedure_viewer.export.formats import Order


class Scope(StrEnum):
    """A place in the window that shows one answer at a time: a newer request in it cancels the older one."""

    CONNECTION = "connection"
    WARMTH = "warmth"
    SIGN_IN = "sign-in"
    PASTE = "paste"
    KEYCHAIN = "keychain"
    TEST = "test"
    PATIENTS = "patients"
    CHART = "chart"
    PROCEDURE = "procedure"
    EXPORT = "export"
    NAMES = "names"
    PROVENANCE = "provenance"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The common part: whose chart it is about, where it is about one."""

    scope: ClassVar[Scope]
    patient: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseServer(Request):
    """Talk to the server of `connection` from now on; answered with `Connected`.

    `address` is a function that blocks until the base URL is known, where the connection can't name it (the demo
    server's). A `token` is used as it is, without any keyring. With `memory_only` the keyring is left alone; with
    `anew` the sign-in in it is not taken up, because somebody has to sign in.
    """

    scope: ClassVar[Scope] = Scope.CONNECTION
    connection: Connection
    address: Callable[[], str] | None = None
    token: str | None = field(default=None, repr=False)
    memory_only: bool = False
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp(Request):
    """Have a connection to the server in use ready; answered with None, whether or not that came about."""

    scope: ClassVar[Scope] = Scope.WARMTH


@dataclass(frozen=True, slots=True)
class Grant:
    """Who is signed in, and for how long. No secret."""

    who: str = ""
    """The person's name; "" where the server didn't tell."""
    person: bool = True
    """Whether a person signed in, or only the program."""
    until: datetime | None = None
    renews: bool = False
    kept: bool = True
    """Whether it lies in the keyring, or in this run's memory only."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A server can be asked at `base_url`; without a grant it is open, or waits for a sign-in."""

    base_url: str
    grant: Grant | None = None
    needs_sign_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Request):
    """Sign in at the server in use, in the way of its connection; answered with a `Grant`.

    By browser it reports `BrowserWanted`, and waits for the answer there or in `PasteAnswer`. `secret` is what was
    typed: a bearer token, or a client secret. With `again` somebody still signed in there has to sign in anew. Without
    `keep` it lasts for this run only.
    """

    scope: ClassVar[Scope] = Scope.SIGN_IN
    secret: str = field(default="", repr=False)
    again: bool = False
    keep: bool = True


@dataclass(frozen=True, slots=True)
class BrowserWanted:
    """The address that the system's browser is to open."""

    address: str


@dataclass(frozen=True, slots=True)
class GrantChanged:
    """News from the worker: the sign-in of a connection was renewed, or is over (None)."""

    connection: str
    grant: Grant | None


@dataclass(frozen=True, slots=True)
class NotKept:
    """News from the worker: a renewed sign-in could not be put into the keyring."""

    connection: str
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteAnswer(Request):
    """Take the answer to a sign-in from an address that was copied out of the browser; answered with None."""

    scope: ClassVar[Scope] = Scope.PASTE
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Request):
    """Forget the sign-in of the server in use, here and in the keyring; answered with None."""

    scope: ClassVar[Scope] = Scope.SIGN_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetSignIns(Request):
    """Sign out of each of these connections, in use or not, before the program ends; answered with None."""

    scope: ClassVar[Scope] = Scope.SIGN_IN
    connections: tuple[Connection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockUp(Request):
    """Forget what lies in memory: the client, and the tokens in it; the keyring keeps its own. Answered with None."""

    scope: ClassVar[Scope] = Scope.CONNECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetConnection(Request):
    """Take all secrets of a connection out of the keyring."""

    scope: ClassVar[Scope] = Scope.KEYCHAIN
    connection: Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class NameKeyring(Request):
    """Say what the keyring is called, for whoever gives support; answered with a str."""

    scope: ClassVar[Scope] = Scope.SUPPORT


@dataclass(frozen=True, slots=True, kw_only=True)
class TryConnection(Request):
    """Ask a server what it offers, without signing in; answered with a `ServerOffer`."""

    scope: ClassVar[Scope] = Scope.TEST
    connection: Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPatients(Request):
    """Search for patients as `reading` says; pages are `PatientsFound`, answered with the last of them."""

    scope: ClassVar[Scope] = Scope.PATIENTS
    reading: Reading = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPatient(Request):
    """Read one patient by id; answered with a `Patient`."""

    scope: ClassVar[Scope] = Scope.PROCEDURE
    patient_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadProcedures(Request):
    """Read all procedures of the patient; each page is a `chart.ChartPage`; answered with None at the last page.

    With `ahead` several pages may be asked for at once, where the connection and the server allow it.
    """

    scope: ClassVar[Scope] = Scope.CHART
    patient: str
    ahead: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProcedure(Request):
    """Read one procedure by id; answered with a `Procedure`."""

    scope: ClassVar[Scope] = Scope.PROCEDURE
    procedure_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindNames(Request):
    """Find out what these resources are called, of which records of the patient speak; each page is `NamesFound`.

    It never fails because of the server: what can't be found out is quietly absent. Answered with None.
    """

    scope: ClassVar[Scope] = Scope.NAMES
    patient: str
    keys: tuple[ResourceKey, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NamesFound:
    """The names of some resources, "" for one that has none for us. What the server was not asked for is not there."""

    names: Mapping[ResourceKey, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetNames(Request):
    """Forget whatever was found out, and ask for nothing more; answered with None."""

    scope: ClassVar[Scope] = Scope.NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProvenance(Request):
    """Read who recorded the patient's procedures, where the server offers it; answered with tuple[Provenance, ...]."""

    scope: ClassVar[Scope] = Scope.PROVENANCE
    patient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteExport(Request):
    """Write what is ordered to `path`, whole or not at all.

    Each page is an `ExportProgress`; answered with the paths that were written, `tuple[Path, ...]`, or with () where
    `stop` was set in time. Withdrawing the request would leave open what became of the file: set `stop` instead.
    """

    scope: ClassVar[Scope] = Scope.EXPORT
    path: Path
    order: "Order" = field(repr=False)
    replace: bool
    stop: Event = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How many of the records are written."""

    done: int
    total: int
