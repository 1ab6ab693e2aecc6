"""With which contents each record of an answer was seen: nearly always with one, which takes no room then."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from procedure_viewer.fhir.procedure import Procedure

Key = TypeVar("Key", bound=Hashable)


class Versions(Generic[Key]):
    """The contents of records by their keys."""

    def __init__(self) -> None:
        self._contents: dict[Key, Procedure | frozenset[bytes]] = {}
        """The one record that was seen of a key, or the fingerprints of several."""

    def __len__(self) -> int:
        return len(self._contents)

    def __contains__(self, key: object) -> bool:
        return key in self._contents

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Versions)
            and self._contents.keys() == other._contents.keys()
            and all(_fingerprints(one) == _fingerprints(other._contents[key]) for key, one in self._contents.items())
        )

    __hash__ = None  # type: ignore[assignment]  # it changes

    def has(self, key: Key, record: Procedure) -> bool:
        """Whether it was seen with the content of `record`."""
        known = self._contents.get(key)
        return known is not None and record.fingerprint in _fingerprints(known)

    def add(self, key: Key, record: Procedure) -> None:
        """Note that it was."""
        known = self._contents.setdefault(key, record)
        if known is not record:
            fingerprints = _fingerprints(known)
            if record.fingerprint not in fingerprints:
                self._contents[key] = fingerprints | {record.fingerprint}


def _fingerprints(known: Procedure | frozenset[bytes]) -> frozenset[bytes]:
    return frozenset((known.fingerprint,)) if isinstance(known, Procedure) else known
