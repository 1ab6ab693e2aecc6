"""What a second reading of a list changes of what is shown, so that a reader stays where they are."""

from collections import defaultdict, deque
from dataclasses import dataclass

from procedure_viewer.fhir.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows that came, went, or have other content now: each pair is the older record and the newer one."""

    replaced: tuple[tuple[Procedure, Procedure], ...] = ()
    removed: tuple[Procedure, ...] = ()
    added: tuple[Procedure, ...] = ()


def take_over(shown: list[Procedure], fresh: list[Procedure]) -> Difference:
    """Compare the rows `shown` with the `fresh` ones; in `fresh` what is the same becomes the very object shown."""
    same: defaultdict[bytes, deque[Procedure]] = defaultdict(deque)
    for procedure in shown:
        same[procedure.raw].append(procedure)
    changed_places = []
    for place, procedure in enumerate(fresh):
        if same[procedure.raw]:
            fresh[place] = same[procedure.raw].popleft()
        else:
            changed_places.append(place)
    left = {id(procedure) for rest in same.values() for procedure in rest}
    gone = [procedure for procedure in shown if id(procedure) in left]
    by_id: defaultdict[str, deque[Procedure]] = defaultdict(deque)
    for procedure in gone:
        if procedure.id:
            by_id[procedure.id].append(procedure)
    replaced, added = [], []
    for place in changed_places:
        procedure = fresh[place]
        if by_id[procedure.id]:
            older = by_id[procedure.id].popleft()
            replaced.append((older, procedure))
            left.discard(id(older))
        else:
            added.append(procedure)
    removed = tuple(procedure for procedure in gone if id(procedure) in left)
    return Difference(tuple(replaced), removed, tuple(added))
