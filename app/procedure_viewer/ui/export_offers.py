"""What of the open chart can be exported or printed at once: what is selected, or all that the list shows."""

from collections.abc import Sequence

from procedure_viewer.chart.extract import Extract, extract_from
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.fhir.words import translate
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
        hidden = pane.table.hidden_by_filter
        if hidden:
            words = translate("ExportOffers", "{words}, without {count} that the filter hides").format(
                words=words, count=hidden
            )
        found.append((words, listed))
    offered = []
    for words, procedures in found:
        extract = extract_of(session, pane, procedures)
        if extract is not None:
            offered.append(Offered(words, extract))
    return offered


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
