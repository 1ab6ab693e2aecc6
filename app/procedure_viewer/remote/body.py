"""The body of an answer, unpacked in steps: a few kilobytes can claim to be gigabytes, and must never become them.

RFC 9110, 8.4. At most one coding is accepted, and only one that unpacks a bounded number of bytes at a time.
"""

import zlib
from collections.abc import Iterator

import httpx

from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote import failures

ACCEPTED_ENCODING = "gzip"
"""What is asked for; "deflate" is read where a server sends it all the same."""
_STEP = 64 * 1024
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_UNPACKED = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})


async def read_body(response: httpx.Response, largest: int) -> bytes:
    """The unpacked body, whole; raises `Failure` when it is larger than `largest` bytes or packed as nobody asked."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in _UNPACKED | _PACKED:
        raise _refused(response, "an answer packed in a way that was not asked for")
    body = bytearray()
    unpacking = _Unpacking() if coding in _PACKED else None
    async for chunk in response.aiter_raw():
        for piece in unpacking.pieces(chunk) if unpacking else (chunk,):
            body += piece
            if len(body) > largest:
                raise _refused(response, f"an answer larger than {largest / 2**20:g} MiB")
    if unpacking is not None and not unpacking.complete:
        raise _refused(response, "a packed answer without its end")
    return bytes(body)


class _Unpacking:
    """Unpacks one coding in small steps; several gzip members that follow each other count as one (RFC 1952, 2.2)."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False

    @property
    def complete(self) -> bool:
        """Whether the packed text has come to its end, or never began."""
        return self._decoder.eof or not self._begun

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """What `packed` unpacks to; raises ValueError when it is not packed as it says."""
        if not packed:
            return
        self._begun = True
        while True:
            if self._decoder.eof:
                self._decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                piece = self._decoder.decompress(packed, _STEP)
            except zlib.error as error:
                raise ValueError("not packed as it says") from error
            yield piece
            packed = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
            # A full step may have left output behind although it took all of the input.
            if not packed and (self._decoder.eof or len(piece) < _STEP):
                return


def _refused(response: httpx.Response, technical: str) -> Failure:
    return Failure(
        Problem(
            Kind.NOT_FHIR,
            status=response.status_code,
            request_id=failures.request_id(response.headers),
            technical=technical,
        )
    )
