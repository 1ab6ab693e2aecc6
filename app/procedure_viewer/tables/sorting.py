"""What rows are sorted by in each column: small things that are quick to compare."""

from collections.abc import Sequence

from procedure_viewer.fhir.concepts import LONGEST_COMPARED
from procedure_viewer.fhir.procedure import Procedure
from procedure_viewer.tables.columns import OWN_TEXT, Column
from procedure_viewer.tables.repeats import Repeats


def sort_keys(procedures: Sequence[Procedure], column: Column, repeats: Repeats) -> list[object | None]:
    """A key for each of them; None where there is nothing to sort by. Those of one column can be compared."""
    if column is Column.DATE:
        return [procedure.prepared.order for procedure in procedures]
    if column is Column.REPEATS:
        return [weight or None for weight in repeats.weights([procedure.prepared for procedure in procedures])]
    texts = list(map(OWN_TEXT[column], procedures))
    folded: dict[str, object | None] = {text: text[:LONGEST_COMPARED].casefold() or None for text in set(texts)}
    return list(map(folded.__getitem__, texts))
