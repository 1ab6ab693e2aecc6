"""What a second reading of a list changes of what is shown, so that a reader stays where they are."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from procedure_viewer.fhir.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows that came, went, or have other content now: each pair is the older record and the newer one."""

    replaced: tuple[tuple[Procedure, Procedure], ...] = ()
    removed: tuple[Procedure, ...] = ()
    added: tuple[Procedure, ...] = ()


def take_over(shown: Sequence[Procedure], fresh: list[Procedure]) -> Difference:
    """Compare the rows `shown` with the `fresh` ones; in `fresh` what is the same becomes the very object shown."""
    same: dict[bytes, Procedure] = {}  # by their fingerprints
    doubled: defaultdict[bytes, list[Procedure]] = defaultdict(list)
    for procedure in shown:
        if same.setdefault(procedure.fingerprint, procedure) is not procedure:
            doubled[procedure.fingerprint].append(procedure)
    changed = []
    for place, procedure in enumerate(fresh):
        fingerprint = procedure.fingerprint
        older = same.pop(fingerprint, None)
        if older is None:
            changed.append(place)
            continue
        fresh[place] = older
        if doubled and doubled[fingerprint]:
            same[fingerprint] = doubled[fingerprint].pop(0)
    if not changed and not same:
        return Difference()
    kept = set(map(id, fresh))
    gone = [procedure for procedure in shown if id(procedure) not in kept]
    by_id: defaultdict[str, deque[Procedure]] = defaultdict(deque)
    for procedure in gone:
        by_id[procedure.id].append(procedure)
    replaced, added = [], []
    for procedure in (fresh[place] for place in changed):
        if procedure.id and by_id[procedure.id]:
            replaced.append((by_id[procedure.id].popleft(), procedure))
        else:
            added.append(procedure)
    followed = {id(older) for older, _ in replaced}
    removed = tuple(procedure for procedure in gone if id(procedure) not in followed)
    return Difference(tuple(replaced), removed, tuple(added))
