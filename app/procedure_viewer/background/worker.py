"""The worker's side of each request: it runs inside the loop thread and answers with prepared values.

What is slow to import (the HTTP client, the keyring) is imported here, after the window has been painted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from procedure_viewer.background.requests import (
    FindPatients,
    ForgetToken,
    LoadProcedures,
    PatientsFound,
    ReadPatient,
    ReadProcedure,
    Request,
    StoreToken,
    UseServer,
    WriteFile,
)
from procedure_viewer.chart.open_chart import ChartPage
from procedure_viewer.fhir.bundle import Page, Relation
from procedure_viewer.fhir.datatypes import as_object
from procedure_viewer.fhir.json_text import decode_value
from procedure_viewer.fhir.outcome import Failure, Issue, Kind, Problem
from procedure_viewer.fhir.patient import Patient, read_patient
from procedure_viewer.fhir.procedure import Procedure, read_procedure
from procedure_viewer.fhir.query import Reading, matches
from procedure_viewer.fhir.words import translate
from procedure_viewer.files.atomic import write_whole

if TYPE_CHECKING:
    from procedure_viewer.keychain.store import Keychain
    from procedure_viewer.remote.client import FhirClient

Answer = TypeVar("Answer")

MOST_PATIENTS = 100
"""Matches after which a patient search stops: nobody reads further, a birth date helps more."""
MOST_CANDIDATES = 1000
"""Records after which a patient search stops, matching or not; of a larger page the rest is not looked at."""
MOST_ROWS = 500
"""Procedures that are handed to the window at once, some ten milliseconds' work there."""
BREATH = 0.01
"""Seconds that the window gets between two parts of a large page; with fewer the parts pile up before it."""
KEYCHAIN_TIMEOUT = 20.0
"""Seconds that a keyring call may take; a locked one waits for a person to type a password."""
ADDRESS_TIMEOUT = 20.0
"""Seconds that the address of a server may take to become known."""


class Worker:
    """Performs requests one beside the other; owns the FHIR client of the connection in use."""

    def __init__(self) -> None:
        self._client: asyncio.Future[FhirClient] | None = None
        self._keychain: Keychain | None = None

    async def perform(self, request: Request, report: Callable[[object], None]) -> object:
        """Answer one request; pages on the way go to `report`. Raises Failure."""
        match request:
            case UseServer():
                return await self._use_server(request)
            case StoreToken(account=account, token=token, forget=forget):
                await self._keyring_call(lambda keychain: keychain.set(account, token))
                if forget:
                    await self._keyring_call(lambda keychain: keychain.delete(forget))
                return None
            case ForgetToken(account=account):
                await self._keyring_call(lambda keychain: keychain.delete(account))
                return None
            case FindPatients(reading=reading):
                return await self._find_patients(reading, report)
            case LoadProcedures(patient=patient):
                await self._load_procedures(patient, report)
                return None
            case ReadPatient(patient_id=patient_id):
                return read_patient(await (await self._ready()).read("Patient", patient_id))
            case ReadProcedure(procedure_id=procedure_id):
                return await self._read_procedure(procedure_id)
            case WriteFile():
                return await self._write_file(request)
            case _:
                raise TypeError(type(request).__name__)

    async def close(self) -> None:
        """Close the connections to the server."""
        client, self._client = self._client, None
        await _close(client)

    async def _use_server(self, request: UseServer) -> str:
        """Make the client; requests that come in the meantime wait for it."""
        ready: asyncio.Future[FhirClient] = asyncio.get_running_loop().create_future()
        former, self._client = self._client, ready
        try:
            await _close(former)
            base_url = await _address(request)
            client = await self._new_client(base_url, request)
        except Failure as failure:
            _fail(ready, failure)
            raise
        except Exception as error:
            _fail(ready, Failure(Problem(Kind.INTERNAL, technical=type(error).__name__)))
            raise
        except BaseException:
            ready.cancel()
            raise
        ready.set_result(client)
        return base_url

    async def _new_client(self, base_url: str, request: UseServer) -> "FhirClient":
        from procedure_viewer.remote.client import FhirClient
        from procedure_viewer.remote.origin import NotABase

        token = request.token
        if token is None and request.account is not None:
            account = request.account
            token = await self._keyring_call(lambda keychain: keychain.get(account))

        async def access_token() -> str | None:
            return token

        try:
            return FhirClient(base_url, access_token)
        except NotABase as error:
            raise Failure(Problem(Kind.OFFLINE, technical="not a base address")) from error

    async def _ready(self) -> "FhirClient":
        if self._client is None:
            raise Failure(Problem(Kind.OFFLINE, technical="no server chosen"))
        if self._client.cancelled():
            raise Failure(Problem(Kind.OFFLINE, technical="connecting was cancelled"))
        return await asyncio.shield(self._client)

    async def _find_patients(self, reading: Reading, report: Callable[[object], None]) -> PatientsFound:
        client = await self._ready()
        found: dict[str, Patient] = {}
        conflicting: dict[bytes, Patient] = {}
        passed_over: set[str] = set()
        warnings: dict[Issue, None] = {}
        candidates = unreadable = 0
        totals: list[int | None] = []
        more = False

        def so_far(total: int | None) -> PatientsFound:
            return PatientsFound(
                (*found.values(), *conflicting.values()),
                candidates,
                total,
                more=more,
                warnings=tuple(warnings),
                unreadable=unreadable,
                passed_over=len(passed_over - found.keys()),
            )

        for parameters in reading.searches:
            total: int | None = None
            async for page in client.search("Patient", parameters):
                total = page.total
                looked_at = page.matches[: max(0, MOST_CANDIDATES - candidates)]
                candidates += len(looked_at)
                patients = [patient for patient in map(read_patient, looked_at) if _can_be_opened(patient)]
                unreadable += page.unreadable + len(looked_at) - len(patients)
                warnings.update(dict.fromkeys(page.warnings))
                for patient in patients:
                    if matches(reading, patient):
                        first = found.setdefault(patient.id, patient)
                        if first.raw != patient.raw:
                            conflicting[patient.raw] = patient
                            warnings[_two_of_one_id()] = None
                    else:
                        passed_over.add(patient.id)
                enough = len(found) >= MOST_PATIENTS or candidates >= MOST_CANDIDATES
                stopped = enough and (Relation.NEXT in page.links or len(looked_at) < len(page.matches))
                more = more or stopped
                report(so_far(None))
                if stopped:
                    break
            totals.append(total)
        known = [total for total in totals if total is not None]
        return so_far(sum(known) if len(known) == len(totals) else None)

    async def _load_procedures(self, patient: str, report: Callable[[object], None]) -> None:
        client = await self._ready()
        async for page in client.search("Procedure", [("patient", f"Patient/{patient}")]):
            for part in _parts(page):
                if part.continues:
                    # The window takes in the part before first: each needs the interpreter to itself.
                    await asyncio.sleep(BREATH)
                report(part)

    async def _read_procedure(self, procedure_id: str) -> Procedure:
        return read_procedure(await (await self._ready()).read("Procedure", procedure_id))

    async def _write_file(self, request: WriteFile) -> object:
        def write() -> None:
            write_whole(request.path, request.content, replace=request.replace)

        try:
            await asyncio.get_running_loop().run_in_executor(None, write)
        except FileExistsError as error:
            raise Failure(Problem(Kind.FILE_EXISTS, technical=_os_words(error))) from error
        except OSError as error:
            raise Failure(Problem(Kind.FILE, technical=_os_words(error))) from error
        return request.path

    async def _keyring_call(self, call: "Callable[[Keychain], Answer]") -> Answer:
        from procedure_viewer.keychain.store import Keychain, KeychainTrouble

        def run() -> Answer:
            self._keychain = self._keychain or Keychain()
            return call(self._keychain)

        try:
            return await _in_thread(run, KEYCHAIN_TIMEOUT, Problem(Kind.KEYCHAIN, technical="no answer in time"))
        except KeychainTrouble as trouble:
            technical = f"{trouble.reason}: {trouble.technical}"
            raise Failure(Problem(Kind.KEYCHAIN, technical=technical)) from trouble


def _parts(page: Page) -> Iterator[ChartPage]:
    """A page of a chart, read a part at a time.

    What was included comes last: it is shown only where it is not among the matches.
    """
    size = len(page.matches)
    starts = range(0, size, MOST_ROWS) or (0,)
    for start in starts:
        included = map(read_procedure, page.included if start == starts[-1] else ())
        yield ChartPage(
            tuple(map(read_procedure, page.matches[start : start + MOST_ROWS])),
            page.total,
            page.warnings if start == 0 else (),
            page.unreadable if start == 0 else 0,
            included=tuple(procedure for procedure in included if procedure.readable),
            total_unreadable=page.total_unreadable and start == 0,
            continues=start > 0,
            size=size,
        )


async def _close(client: "asyncio.Future[FhirClient] | None") -> None:
    """Close a client, where one was made."""
    if client is not None and client.done() and not client.cancelled() and client.exception() is None:
        await client.result().aclose()


def _fail(ready: "asyncio.Future[FhirClient]", failure: Failure) -> None:
    """Tell those who wait for the client why there is none."""
    ready.set_exception(failure)
    ready.exception()  # marked as seen: often nobody waits


def _can_be_opened(patient: Patient) -> bool:
    """Whether it is a Patient with an id, and one that a label shows as it is: otherwise two could be taken for one."""
    if patient.ambiguous:
        return False
    return patient.readable and bool(patient.id) and as_object(decode_value(patient.raw)).get("id") == patient.id


def _two_of_one_id() -> Issue:
    text = translate("background", "Records that differ came under one id; each of them is listed")
    return Issue("warning", "conflict", text)


async def _address(request: UseServer) -> str:
    """The base URL, waited for where it is known only later."""
    if isinstance(request.base_url, str):
        return request.base_url
    try:
        return await _in_thread(request.base_url, ADDRESS_TIMEOUT, Problem(Kind.OFFLINE, technical="no address"))
    except OSError as error:
        raise Failure(Problem(Kind.OFFLINE, technical=_os_words(error))) from error


async def _in_thread(call: Callable[[], Answer], seconds: float, late: Problem) -> Answer:
    """Run a blocking call on a daemon thread; raises Failure(late) after so many `seconds`."""
    waiting: Awaitable[Answer] = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        return await asyncio.wait_for(waiting, seconds)
    except TimeoutError as error:
        raise Failure(late) from error


def _os_words(error: OSError) -> str:
    """The operating system's reason without the path, which may name a patient."""
    return error.strerror or type(error).__name__
