"""With which contents each record of an answer was seen: nearly always with one, which takes no room then."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Versions(Generic[Key]):
    """The contents of records by their keys."""

    def __init__(self) -> None:
        self._contents: dict[Key, bytes | frozenset[bytes]] = {}

    def __len__(self) -> int:
        return len(self._contents)

    def __contains__(self, key: object) -> bool:
        return key in self._contents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Versions) and self._contents == other._contents

    __hash__ = None  # type: ignore[assignment]  # it changes

    def has(self, key: Key, content: bytes) -> bool:
        """Whether the record was seen with this content."""
        known = self._contents.get(key)
        return known == content if isinstance(known, bytes) else known is not None and content in known

    def add(self, key: Key, content: bytes) -> None:
        """Note that it was."""
        known = self._contents.setdefault(key, content)
        if isinstance(known, frozenset):
            self._contents[key] = known | {content}
        elif known != content:
            self._contents[key] = frozenset((known, content))
