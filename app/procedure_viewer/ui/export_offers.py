"""What of the open chart can be exported or printed at once: what is selected, or all that the list shows."""

from collections.abc import Sequence

from procedure_viewer.chart.extract import Extract, extract_from
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.procedures import ProcedureTable
from procedure_viewer.ui.offered import Offered
from procedure_viewer.ui.procedure_pane import ProcedurePane
from procedure_viewer.ui.session import Session


def offers(session: Session, pane: ProcedurePane) -> list[Offered]:
    """What there is to choose from, what is selected first; nothing where no chart is open or it has no rows."""
    chosen, listed = pane.view.chosen_all, pane.table.visible()
    found = []
    if chosen:
        words = translate("ExportOffers", "The selected procedure")
        if len(chosen) > 1:
            words = translate("ExportOffers", "The {count} selected procedures").format(count=len(chosen))
        found.append((words, chosen))
    if listed and len(listed) != len(chosen):
        words = translate("ExportOffers", "All {count} procedures in the list").format(count=len(listed))
        if len(listed) == 1:
            words = translate("ExportOffers", "The procedure in the list")
        found.append((_with_what_lacks(words, pane.table), listed))
    offered = []
    for words, procedures in found:
        extract = extract_of(session, pane, procedures)
        if extract is not None:
            offered.append(Offered(words, extract))
    return offered


def _with_what_lacks(words: str, table: ProcedureTable) -> str:
    """Say what the list does not show: "all" is not all of the chart then."""
    filtered, withdrawn = table.hidden_by_filter, table.hidden_as_error
    if filtered and withdrawn:
        said = translate("ExportOffers", "{words}, without {count} that the filter hides and {errors} entered in error")
    elif filtered:
        said = translate("ExportOffers", "{words}, without {count} that the filter hides")
    elif withdrawn:
        said = translate("ExportOffers", "{words}, without {errors} entered in error")
    else:
        return words
    return said.format(words=words, count=filtered, errors=withdrawn)


def extract_of(session: Session, pane: ProcedurePane, procedures: Sequence[Procedure]) -> Extract | None:
    """These procedures of the open chart, as they leave the program; None where no chart is open."""
    chart = session.chart
    if chart is None:
        return None
    return extract_from(
        chart,
        procedures,
        session.clock(),
        errors_shown=pane.errors.isChecked(),
        to_come=session.rows_to_come,
    )
