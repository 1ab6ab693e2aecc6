"""The exact bytes of very many records in a fifth to a tenth of their room.

Records of one list say most things alike. What comes behind the first megabytes of it is packed, some dozens of records
to a block: 100,000 of a kilobyte take 23 MB. Looking at one unpacks its block (30 to 70 µs), and several are kept open,
for who looks at one record asks again, and who writes them all often asks for its neighbours next. A block has a
checksum in it: bytes that aren't the very same again are an error, and never shown.
"""

import zlib
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

KEPT_PLAIN: Final = 12 * 1024 * 1024
"""Bytes of a list that are kept as they came, before any are packed: it is seldom longer."""
LARGEST_PACKED: Final = 64 * 1024
"""Bytes of a record that is packed; a larger one would be long in unpacking, each time that it is looked at."""
_BLOCK: Final = 32 * 1024
"""Bytes of a block before it is packed, or some more: in larger ones a record takes a little less room, and more time.
A block is packed in one go, for which another thread has the interpreter: smaller ones would have it change hands at
each record, which made a list of 100,000 take a third longer.
"""
MOST_OPEN: Final = 32
"""Blocks that are kept unpacked: a megabyte."""
_FAST: Final = 1
_FINGERPRINT: Final = 16


def fingerprint_of(raw: bytes) -> bytes:
    """The same for what is the same to the byte, and for nothing else."""
    return blake2b(raw, digest_size=_FINGERPRINT).digest()


class Block:
    """Some records of a list, packed together; each is known by its number, from 0 on."""

    __slots__ = ("__weakref__", "_ends", "_fingerprints", "_packed")

    def __init__(self, raws: Sequence[bytes]) -> None:
        self._ends = array("I", accumulate(map(len, raws)))
        self._fingerprints = b"".join(map(fingerprint_of, raws))
        self._packed = zlib.compress(b"".join(raws), _FAST)

    def record(self, number: int) -> bytes:
        """The bytes of one; in any thread."""
        return _opened(self)[self._start(number) : self._ends[number]]

    def size(self, number: int) -> int:
        """The number of these bytes."""
        return self._ends[number] - self._start(number)

    def fingerprint(self, number: int) -> bytes:
        """The `fingerprint_of` these bytes."""
        return self._fingerprints[number * _FINGERPRINT : (number + 1) * _FINGERPRINT]

    def unpacked(self) -> bytes:
        """All of them, one behind the other."""
        return zlib.decompress(self._packed, bufsize=max(1, self._ends[-1]))

    def _start(self, number: int) -> int:
        return self._ends[number - 1] if number else 0


_OPEN: Final[WeakKeyDictionary[Block, bytes]] = WeakKeyDictionary()
"""Blocks that were looked into last: they are gone when the records are."""


def _opened(block: Block) -> bytes:
    unpacked = _OPEN.get(block)
    if unpacked is None:
        if len(_OPEN) >= MOST_OPEN:
            _OPEN.clear()
        unpacked = _OPEN[block] = block.unpacked()
    return unpacked


class Packed(msgspec.Struct, frozen=True, gc=False):
    """One record in a block."""

    block: Block
    number: int

    @property
    def raw(self) -> bytes:
        """The very bytes that were packed."""
        return self.block.record(self.number)

    @property
    def size(self) -> int:
        """How many they are."""
        return self.block.size(self.number)

    @property
    def fingerprint(self) -> bytes:
        """The `fingerprint_of` them."""
        return self.block.fingerprint(self.number)


class Packer:
    """Packs the records of one list, as they come in."""

    def __init__(self) -> None:
        self._plain = 0

    def packed(self, raws: Sequence[bytes]) -> list[Packed | None]:
        """What the next ones are packed in; None for each that is kept as it is."""
        if self._plain < KEPT_PLAIN:
            self._plain += sum(map(len, raws))
            return [None] * len(raws)
        return in_blocks(raws)


def in_blocks(raws: Sequence[bytes]) -> list[Packed | None]:
    """What each is packed in; None for one that is too large for that. The blocks are about equally large."""
    small = [raw for raw in raws if len(raw) <= LARGEST_PACKED]
    total = sum(map(len, small))
    share = total / max(1, total // _BLOCK)
    groups: list[list[bytes]] = []
    room = 0.0
    for raw in small:
        if room <= 0:
            groups.append([])
            room += share
        groups[-1].append(raw)
        room -= len(raw)
    blocks = zip(map(Block, groups), groups, strict=True)
    placed = (Packed(block, number) for block, group in blocks for number in range(len(group)))
    return [next(placed) if len(raw) <= LARGEST_PACKED else None for raw in raws]
