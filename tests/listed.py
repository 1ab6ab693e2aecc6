"""A patient's chart in the real window, its records as a test wants them; and what its list looks like."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt

from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.procedures import GROUP_ROLE, PROCEDURE_ROLE, ProcedureTable
from tests.desk import Desk
from tests.servers import Exchange, Script, ScriptedServer, bundle, by_path, procedure, reply

CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"


def record(
    number: object,
    performed: object = None,
    status: str | None = "completed",
    title: str = "",
    code: tuple[str, str] | None = None,
    patient: str = "alice",
    **more: object,
) -> dict[str, object]:
    """A Procedure with the id `number`; `performed` is a date, or an object for a Period."""
    resource = procedure(str(number), patient) | more
    if status is None:
        del resource["status"]
    else:
        resource["status"] = status
    concept: dict[str, object] = {"text": title} if title else {}
    if code:
        concept["coding"] = [{"system": code[0], "code": code[1]}]
    if concept:
        resource["code"] = concept
    if isinstance(performed, str):
        resource["performedDateTime"] = performed
    elif performed is not None:
        resource["performedPeriod"] = performed
    return resource


def answers(**charts: Sequence[Mapping[str, object]]) -> Script:
    """A server with a patient for each name, by which it is found, and with these records in each one's chart."""

    async def script(exchange: Exchange) -> None:
        target = exchange.request.target
        name = next((name for name in charts if name in target), next(iter(charts)))
        person = {"resourceType": "Patient", "id": name, "name": [{"family": name.title()}], "birthDate": "1950-01-01"}
        served = by_path(
            {
                "/Patient": reply(200, bundle([person], total=1)),
                "/Procedure": reply(200, bundle(charts[name], total=len(charts[name]))),
            }
        )
        await served(exchange)

    return script


@contextmanager
def chart_of(desk: Desk, records: Sequence[Mapping[str, object]]) -> Iterator[ScriptedServer]:
    """Alice's chart, open and read to its end."""
    with ScriptedServer(answers(alice=records)) as server:
        desk.connect(server.url)
        desk.read_chart("alice")
        yield server


def procedure_in(table: ProcedureTable, row: int) -> Procedure:
    """The procedure in a row that is no heading."""
    found = table.index(row, 0).data(PROCEDURE_ROLE)
    assert isinstance(found, Procedure)
    return found


def shown(desk: Desk) -> list[str]:
    """The list from above: ids of procedures, and headings in brackets."""
    table = desk.window.procedures.table
    lines = []
    for row in range(table.rowCount()):
        index = table.index(row, 0)
        if index.data(GROUP_ROLE) is None:
            lines.append(procedure_in(table, row).id)
        else:
            lines.append(f"[{index.data()}]")
    return lines


def spoken(desk: Desk, row: int, column: int) -> str:
    """What a screen reader says of a cell."""
    return str(desk.window.procedures.table.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))
