"""One server for all that is measured: FHIR over real HTTP/1.1 on loopback, in a process of its own.

`python -m tests.benchmarks.server --delay MS --each MS --largest N` prints its address and serves until its standard
input ends. It pages as Canvas does (`_count`, `_offset`, and the relations self, first, next, last; at most `--largest`
to a page) from bytes that are made once, so that what is measured is the client. `--delay` is what each answer takes,
however many are asked for at once; `--each` is what each procedure of a page takes, one page after the other, as with a
server that has one processor. `GET /figures` tells how many requests came since it was asked last, and how many were
under way at once.
"""

import argparse
import asyncio
import json
import sys
import threading
from collections import deque
from functools import lru_cache
from urllib.parse import parse_qs, quote, urlsplit

from tests.benchmarks.records import count_of, patient_bytes, procedures_of

USUAL_COUNT = 10
_CAPABILITIES = {
    "resourceType": "CapabilityStatement",
    "status": "active",
    "date": "2026-06-30",
    "kind": "instance",
    "fhirVersion": "4.0.1",
    "format": ["json"],
    "rest": [
        {
            "mode": "server",
            "resource": [
                {
                    "type": "Patient",
                    "interaction": [{"code": "read"}, {"code": "search-type"}],
                    "searchParam": [{"name": "_id", "type": "token"}, {"name": "identifier", "type": "token"}],
                },
                {
                    "type": "Procedure",
                    "interaction": [{"code": "read"}, {"code": "search-type"}],
                    "searchParam": [{"name": "_id", "type": "token"}, {"name": "patient", "type": "reference"}],
                },
            ],
        }
    ],
}
_NOT_FOUND = b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]}'


@lru_cache(maxsize=8)
def _records(patient: str) -> list[bytes]:
    return procedures_of(patient)


@lru_cache(maxsize=512)
def page_bytes(base: str, patient: str, count: int, offset: int) -> bytes:
    """One page of a patient's procedures, with absolute links: not every peer takes others."""
    records = _records(patient)
    last = max(0, (len(records) - 1) // count * count)
    places = {"self": offset, "first": 0, "last": last}
    if offset + count < len(records):
        places["next"] = offset + count
    search = f"{base}/Procedure?patient={quote(f'Patient/{patient}', safe='')}"
    links = [{"relation": name, "url": f"{search}&_count={count}&_offset={at}"} for name, at in places.items()]
    head = {"resourceType": "Bundle", "type": "searchset", "total": len(records), "link": links}
    entries = b",".join(b'{"resource":' + record + b"}" for record in records[offset : offset + count])
    return json.dumps(head, separators=(",", ":")).encode()[:-1] + b',"entry":[' + entries + b"]}"


class Answers:
    """What is answered, and after how long."""

    def __init__(self, delay: float, each: float, largest: int) -> None:
        self._delay, self._each, self._largest = delay, each, largest
        self._free_at = 0.0
        self.base = ""
        self.requests = self.under_way = self.most = 0

    def answer(self, target: str) -> tuple[int, bytes, float]:
        """Status, body, and the seconds until it is sent."""
        parts = urlsplit(target)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        resource_type, _, resource_id = parts.path.strip("/").partition("/")
        if parts.path == "/figures":
            figures = {"requests": self.requests, "most": self.most}
            self.requests = self.most = 0
            return 200, json.dumps(figures).encode(), 0
        if parts.path == "/metadata":
            return 200, json.dumps(_CAPABILITIES).encode(), 0
        if resource_type == "Patient":
            patient = resource_id or asked.get("_id", "")
            if count_of(patient) is None:
                return 404, _NOT_FOUND, self._delay
            body = patient_bytes(patient)
            found = b'{"resourceType":"Bundle","type":"searchset","total":1,"entry":[{"resource":' + body + b"}]}"
            return 200, body if resource_id else found, self._delay
        if resource_type == "Procedure" and "patient" in asked:
            return self._procedures(asked)
        return 404, _NOT_FOUND, self._delay

    def _procedures(self, asked: dict[str, str]) -> tuple[int, bytes, float]:
        patient = asked["patient"].rpartition("/")[2]
        wanted = count_of(patient)
        if wanted is None:
            return 404, _NOT_FOUND, self._delay
        count = max(1, min(self._largest, int(asked.get("_count", USUAL_COUNT))))
        offset = max(0, int(asked.get("_offset", 0)))
        body = page_bytes(self.base, patient, count, offset)
        if not self._each:
            return 200, body, self._delay
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + self._each * min(count, max(0, wanted - offset))
        return 200, body, self._free_at - now + self._delay


class Talk(asyncio.Protocol):
    """One connection; its requests have no body and come one after the other."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._read = b""
        self._waiting: deque[str] = deque()
        self._busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            self._waiting.append(head.split(b" ", 2)[1].decode("ascii"))
        self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        answers = self._answers
        status, body, seconds = answers.answer(self._waiting.popleft())
        answers.requests += 1
        answers.under_way += 1
        answers.most = max(answers.most, answers.under_way)
        asyncio.get_running_loop().call_later(seconds, self._send, status, body)

    def _send(self, status: int, body: bytes) -> None:
        self._answers.under_way -= 1
        self._busy = False
        if self._transport is None:
            return
        head = f"HTTP/1.1 {status} \r\nContent-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)
        self._next()


async def _serve(answers: Answers) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Talk(answers), "127.0.0.1", 0)
    answers.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(answers.base, flush=True)  # noqa: T201 - what the starting process waits for
    ended = asyncio.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    async with server:
        await ended.wait()


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0, help="milliseconds that an answer takes")
    parser.add_argument("--each", type=float, default=0, help="milliseconds that each procedure of a page takes")
    parser.add_argument("--largest", type=int, default=100, help="procedures on a page at the most")
    given = parser.parse_args()
    asyncio.run(_serve(Answers(given.delay / 1000, given.each / 1000, given.largest)))


if __name__ == "__main__":
    main()
