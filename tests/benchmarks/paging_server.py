"""A server with one patient's procedures in pages, as fast as Python can be, for measuring who asks it.

Every page is made once and then sent as it is, so that what is measured is the asking. `python -m
tests.benchmarks.paging_server RECORDS DELAY WORK [LARGEST]` prints its base URL and ends when its standard input does.
"""

import asyncio
import json
import sys
from contextlib import suppress
from functools import cache
from urllib.parse import parse_qs

PATIENT = "b8dfa97bdcdf4754bcd8197ca78ef0f0"
LARGEST_COUNT = 100


class Pages:
    """The procedures of one patient, cut into pages as Canvas cuts them: offsets, counts, and links to both."""

    def __init__(self, records: int, largest: int = LARGEST_COUNT) -> None:
        self._records = [record(number) for number in range(records)]
        self._largest = largest
        self.page = cache(self._page)

    def window(self, target: str) -> tuple[int, int]:
        """The count and the offset that an address asks for."""
        asked = parse_qs(target.partition("?")[2])
        count = min(int(asked.get("_count", ["10"])[0]), self._largest)
        return count, int(asked.get("_offset", ["0"])[0])

    def _page(self, count: int, offset: int) -> bytes:
        total = len(self._records)
        offsets = {"self": offset, "first": 0}
        if offset + count < total:
            offsets["next"] = offset + count
        offsets["last"] = (total - 1) // count * count
        base = f"/Procedure?patient=Patient%2F{PATIENT}&_count={count}&_offset="
        links = [{"relation": relation, "url": f"{base}{at}"} for relation, at in offsets.items()]
        head = json.dumps({"resourceType": "Bundle", "type": "searchset", "total": total, "link": links})
        entries = b",".join(b'{"resource":' + record + b"}" for record in self._records[offset : offset + count])
        return head[:-1].encode() + b',"entry":[' + entries + b"]}"


def record(number: int) -> bytes:
    """A Procedure of about a kilobyte."""
    resource = {
        "resourceType": "Procedure",
        "id": f"2dd9a3bc-a3bb-472b-aaef-{number:012d}",
        "status": ("completed", "in-progress", "stopped", "unknown")[number % 4],
        "category": {"text": "Surgical procedure"},
        "code": {
            "coding": [
                {
                    "system": "http://www.ama-assn.org/go/cpt",
                    "code": f"{10000 + number % 60000}",
                    "display": f"Biopsy soft tissue shoulder deep, variant {number % 97}",
                }
            ],
            "text": f"Biopsy of the shoulder {number % 97}",
        },
        "subject": {"reference": f"Patient/{PATIENT}", "type": "Patient"},
        "performedDateTime": f"20{number % 25:02d}-09-{1 + number % 28:02d}T21:18:54.263690+00:00",
        "performer": [{"actor": {"reference": f"Practitioner/{number % 40}", "display": "Dr. Amara Osei"}}],
        "reasonCode": [{"text": "Mass, growing over the last months"}],
        "bodySite": [{"text": "Right shoulder"}],
        "note": [{"text": "Tolerated well. Sutures to be removed after ten days. " * 4}],
    }
    return json.dumps(resource, separators=(",", ":")).encode()


class Answering(asyncio.Protocol):
    """One connection: each request is answered after `delay` seconds, and after `work` more for each procedure.

    The delay runs beside that of other requests, as a long way does; the work does not, as a busy server's doesn't.
    """

    busy_until = 0.0

    def __init__(self, pages: Pages, delay: float, work: float) -> None:
        self._pages, self._delay, self._work = pages, delay, work
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        while b"\r\n\r\n" in self._came:
            head, _, self._came = self._came.partition(b"\r\n\r\n")
            self._take(head.split(b" ", 2)[1].decode("ascii"))

    def _take(self, target: str) -> None:
        if not target.startswith("/Procedure"):
            self._send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        body = self._pages.page(*self._pages.window(target))
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: %d\r\n\r\n" % len(body)
        loop = asyncio.get_running_loop()
        entries = body.count(b'{"resource":')
        Answering.busy_until = max(Answering.busy_until, loop.time()) + self._work * entries
        due = (Answering.busy_until if self._work else loop.time()) + self._delay
        loop.call_at(due, self._send, answer + body)

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def serve(records: int, delay: float, work: float, largest: int) -> None:
    """Serve until the standard input ends."""
    pages = Pages(records, largest)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(pages, delay, work), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)  # noqa: T201 - its answer
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(
            serve(
                int(sys.argv[1]),
                float(sys.argv[2]),
                float(sys.argv[3]),
                int(sys.argv[4]) if sys.argv[4:] else LARGEST_COUNT,
            )
        )
