"""The worker's side of each request: it runs inside the loop thread and answers with prepared values.

What is slow to import (the HTTP client, the keyring) is imported here, after the window has been painted.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procedure_viewer.background.blocking import in_thread
from procedure_viewer.background.finding import Finding
from procedure_viewer.background.proxies import system_proxy
from procedure_viewer.background.reasons import os_words
from procedure_viewer.background.requests import (
    Connected,
    FindNames,
    FindPatients,
    ForgetConnection,
    ForgetNames,
    ForgetSignIns,
    Grant,
    LoadProcedures,
    LockUp,
    NameKeyring,
    PasteAnswer,
    ReadPatient,
    ReadProcedure,
    ReadProvenance,
    Request,
    SignIn,
    SignOut,
    TryConnection,
    UseServer,
    WarmUp,
    WriteExport,
)
from procedure_viewer.background.secrets import KeyringStore, Secrets
from procedure_viewer.chart.reading import ChartPage
from procedure_viewer.chart.search import PatientsFound
from procedure_viewer.fhir.bundle import Page
from procedure_viewer.fhir.fitting import Unsupported, fitted, fitted_together
from procedure_viewer.fhir.outcome import Failure, Issue, Kind, Problem
from procedure_viewer.fhir.packing import Packer
from procedure_viewer.fhir.patient import read_patient
from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.query import Reading
from procedure_viewer.settings.connections import Connection
from procedure_viewer.settings.folder import NOWHERE, settings_folder

if TYPE_CHECKING:
    from procedure_viewer.background.link import Link
    from procedure_viewer.fhir.offer import ServerOffer
    from procedure_viewer.remote.client import FhirClient
    from procedure_viewer.remote.transport import Transport

MOST_ROWS = 500
"""Procedures that are handed to the window at once, some ten milliseconds' work there."""
BREATH = 0.01
"""Seconds that the window gets between two parts of a large page; with fewer the parts pile up before it."""
FIRST_BREATH = 0.02
"""Seconds that it gets for the first rows, to paint them."""
ADDRESS_TIMEOUT = 20.0
"""Seconds that the address of a server may take to become known."""
PROXY_TIMEOUT = 10.0
"""Seconds that the system may take to say which proxy leads to a server."""


class Worker:
    """Performs requests one beside the other; owns the link to the server in use."""

    def __init__(self, notify: Callable[[object], None] = lambda _: None) -> None:
        """`notify` gets what nobody asked for: `link.GrantChanged`, `link.NotKept`."""
        self.notify = notify
        self._link: asyncio.Future[Link] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._secrets = Secrets()

    async def perform(self, request: Request, report: Callable[[object], None]) -> object:
        """Answer one request; pages on the way go to `report`. Raises Failure."""
        match request:
            case UseServer():
                return await self._use_server(request)
            case SignIn() | SignOut() | PasteAnswer():
                return await self._sign_in(request, report)
            case LockUp():
                await self.close()
                return None
            case WarmUp():
                if (link := _made(self._link)) is not None:
                    await link.warm_up()
                return None
            case TryConnection(connection=connection):
                return await self._try(connection)
            case NameKeyring():
                return await self._secrets.name()
            case ForgetConnection(connection=connection):
                await asyncio.shield(
                    self._begin(self._forget(connection, (connection.account, connection.secret_account)))
                )
                return None
            case ForgetSignIns(connections=connections):
                await self._forget_sign_ins(connections)
                return None
            case FindPatients(reading=reading):
                return await self._find_patients(reading, report)
            case LoadProcedures():
                await self._load_procedures(request, report)
                return None
            case ReadPatient(patient_id=patient_id):
                return read_patient(await (await self._ready()).read("Patient", patient_id))
            case ReadProcedure(procedure_id=procedure_id):
                return await self._read_procedure(procedure_id)
            case FindNames(patient=patient, keys=keys):
                await (await self._linked()).naming.find(patient, keys, report)
                return None
            case ForgetNames():
                (await self._linked()).naming.forget()
                return None
            case ReadProvenance(patient=patient):
                return await (await self._linked()).naming.provenance(patient)
            case WriteExport():
                from procedure_viewer.background.exporting import write_export

                return await write_export(request, report, self._wait_for)
            case _:
                raise TypeError(type(request).__name__)

    async def close(self) -> None:
        """Close the connections to the server, and forget whatever was granted there.

        The renewal of a sign-in that is under way is waited for: cut off, it would cost the sign-in. So is what is
        being taken out of the keyring.
        """
        link, self._link = _made(self._link), None
        if link is not None:
            self._let_go(link)
        if self._closing:
            await asyncio.wait(self._closing)

    def _let_go(self, link: "Link") -> None:
        """Have a link close, which takes as long as a renewal that is under way there; nobody else waits for it."""
        self._begin(link.close())

    def _begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Have something done to its end, whoever gives up waiting for it."""
        task = asyncio.create_task(work, name="closing")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        task.add_done_callback(lambda done: None if done.cancelled() else done.exception())  # marked as seen
        return task

    def _wait_for(self, work: "asyncio.Future[tuple[Path, ...]]") -> None:
        """See that closing waits for something that nobody else waits for any more."""

        async def ended() -> None:
            await asyncio.wait([work])

        self._begin(ended())

    async def _forget(self, connection: Connection, accounts: Sequence[str]) -> None:
        """Take these out of the keyring, not in the middle of a renewal, which would put a new one there."""
        store = KeyringStore(self._secrets, connection.account, lock_of(connection))
        try:
            async with store.exclusive():
                await self._delete(accounts)
        except Failure as failure:
            if failure.problem.kind is Kind.KEYCHAIN:
                raise
            await self._delete(accounts)  # without the lock: better than not at all

    async def _delete(self, accounts: Sequence[str]) -> None:
        for account in accounts:
            await self._secrets.delete(account)

    async def _forget_sign_ins(self, connections: Sequence[Connection]) -> None:
        from procedure_viewer.background.link import accounts_of_sign_in

        trouble: Failure | None = None
        for connection in connections:
            try:
                await asyncio.shield(self._begin(self._forget(connection, accounts_of_sign_in(connection))))
            except Failure as failure:
                trouble = failure
        link = _made(self._link)
        if link is not None:
            await link.sign_out()
        if trouble is not None:
            raise trouble

    async def _use_server(self, request: UseServer) -> Connected:
        """Make the link; requests that come in the meantime wait for it."""
        ready: asyncio.Future[Link] = asyncio.get_running_loop().create_future()
        former, self._link = _made(self._link), ready
        if former is not None:
            self._let_go(former)
        link: Link | None = None
        try:
            link = await self._new_link(request)
            connected = await link.connected()
            ready.set_result(link)
        except Failure as failure:
            _fail(ready, failure)
            raise
        except Exception as error:
            _fail(ready, Failure(Problem(Kind.INTERNAL, technical=type(error).__name__)))
            raise
        except BaseException:
            ready.cancel()
            raise
        finally:
            if link is not None and _made(ready) is None:
                self._let_go(link)
        return connected

    async def _new_link(self, request: UseServer) -> "Link":
        from procedure_viewer.background.link import Link

        transport = await self._transport(request.connection, await _address(request))
        return Link(request, transport, self._secrets, lock_of(request.connection), self.notify)

    async def _transport(self, connection: Connection, base_url: str) -> "Transport":
        from procedure_viewer.remote.origin import NotABase
        from procedure_viewer.remote.transport import Transport

        late = Problem(Kind.PROXY, technical="the system did not name its proxy in time")
        proxy = await in_thread(lambda: system_proxy(base_url), PROXY_TIMEOUT, late)
        try:
            return Transport(base_url, connection.network, proxy=proxy)
        except NotABase as error:
            raise Failure(Problem(Kind.OFFLINE, technical="not a base address")) from error

    async def _linked(self) -> "Link":
        if self._link is None:
            raise Failure(Problem(Kind.OFFLINE, technical="no server chosen"))
        if self._link.cancelled():
            raise Failure(Problem(Kind.OFFLINE, technical="connecting was cancelled"))
        return await asyncio.shield(self._link)

    async def _ready(self) -> "FhirClient":
        return (await self._linked()).client

    async def _sign_in(self, request: SignIn | SignOut | PasteAnswer, report: Callable[[object], None]) -> Grant | None:
        link = await self._linked()
        match request:
            case SignIn():
                return await link.sign_in(request, report)
            case SignOut():
                await link.sign_out()
            case PasteAnswer(text=text):
                link.paste(text)
        return None

    async def _try(self, connection: Connection) -> "ServerOffer":
        from procedure_viewer.remote.discovery import discover

        transport = await self._transport(connection, connection.base_url)
        try:
            return await discover(transport)
        finally:
            await transport.aclose()

    async def _find_patients(self, reading: Reading, report: Callable[[object], None]) -> PatientsFound:
        link = await self._linked()
        offer = await link.offer_soon()
        fitting = fitted_together(reading.searches, offer.parameters("Patient") if offer is not None else None)
        left_out = [unsupported.words for unsupported in fitting.left_out]
        if not fitting.searches:
            raise Failure(_not_offered(left_out))
        return await Finding(reading, left_out).run(link.client, fitting.searches, report)

    async def _load_procedures(self, request: LoadProcedures, report: Callable[[object], None]) -> None:
        link = await self._linked()
        offer = await link.offer_soon()
        asked = (("patient", f"Patient/{request.patient}"),)
        fitting = fitted(asked, offer.parameters("Procedure") if offer is not None else None)
        if isinstance(fitting, Unsupported):
            raise Failure(_not_offered([fitting.words]))
        packer = Packer()
        is_first = True
        async with aclosing(link.client.search("Procedure", fitting[0], ahead=request.ahead)) as pages:
            async for page in pages:
                for part in _parts(page, packer):
                    report(part)
                    # The window takes in the first rows, and parts of a large page, with the interpreter to itself.
                    if is_first or (part.size or 0) > MOST_ROWS:
                        await asyncio.sleep(FIRST_BREATH if is_first else BREATH)
                    is_first = False

    async def _read_procedure(self, procedure_id: str) -> Procedure:
        return read_procedure(await (await self._ready()).read("Procedure", procedure_id))


def _made(link: "asyncio.Future[Link] | None") -> "Link | None":
    """The link, where one was made."""
    if link is not None and link.done() and not link.cancelled() and link.exception() is None:
        return link.result()
    return None


def _fail(ready: "asyncio.Future[Link]", failure: Failure) -> None:
    """Tell those who wait for the link why there is none."""
    ready.set_exception(failure)
    ready.exception()  # marked as seen: often nobody waits


def lock_of(connection: Connection) -> Path:
    """The lock between windows on a connection's sign-in; where it can't be, it is replaced when it is taken."""
    try:
        folder = settings_folder()
    except OSError:
        folder = NOWHERE
    return folder / f"sign-in-{connection.id}.lock"


def _not_offered(words: Sequence[str]) -> Problem:
    """The server says that it can't be asked for this, in words for the one who asked."""
    issues = tuple(Issue("error", "not-supported", text) for text in words)
    return Problem(Kind.NOT_OFFERED, issues=issues, technical="not in the server's CapabilityStatement")


def _parts(page: Page, packer: Packer) -> Iterator[ChartPage]:
    """A page of a chart, read a part at a time.

    What was included comes last: it is shown only where it is not among the matches.
    """
    size = len(page.matches)
    starts = range(0, size, MOST_ROWS) or (0,)
    for start in starts:
        matches = page.matches[start : start + MOST_ROWS]
        included = page.included if start == starts[-1] else ()
        procedures = [read_procedure(*one) for one in zip(included, packer.packed(included), strict=True)]
        yield ChartPage(
            tuple([read_procedure(*one) for one in zip(matches, packer.packed(matches), strict=True)]),
            page.total,
            page.warnings if start == 0 else (),
            page.unreadable if start == 0 else 0,
            included=tuple(procedure for procedure in procedures if procedure.readable),
            total_unreadable=page.total_unreadable and start == 0,
            continues=start > 0,
            size=size,
        )


async def _address(request: UseServer) -> str:
    """The base URL, waited for where it is known only later."""
    if request.address is None:
        return request.connection.base_url
    try:
        return await in_thread(request.address, ADDRESS_TIMEOUT, Problem(Kind.OFFLINE, technical="no address"))
    except OSError as error:
        raise Failure(Problem(Kind.OFFLINE, technical=os_words(error))) from error
