"""The bodies that the demo server sends, as exact bytes: Bundles of a search and OperationOutcomes.

The texts and the order of the elements are those of the API's published examples.
http://hl7.org/fhir/R4/bundle.html#searchset, http://hl7.org/fhir/R4/operationoutcome.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

FHIR_JSON = "application/fhir+json"
"""The media type of all FHIR bodies."""

Parameters = Sequence[tuple[str, str]]
"""Search parameters as they came, decoded; a name may come several times."""


class Refusal(Exception):
    """A request that is answered with an HTTP status of 400 or more and an OperationOutcome of one issue."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(status, code, text)
        self.status = status
        self.body = outcome(code, text)


class BadRequest(Refusal):
    """400, in the words that the API has for all that it can't make sense of, or in those of its framework."""

    def __init__(self, code: str = "invalid", text: str = "Bad request") -> None:
        super().__init__(400, code, text)


class Unauthorized(Refusal):
    """401: no bearer token, or one that is not known."""

    def __init__(self) -> None:
        super().__init__(401, "unknown", "Authentication failed")


class Forbidden(Refusal):
    """403: the token is known, but not for this."""

    def __init__(self) -> None:
        super().__init__(403, "forbidden", "Authorization failed")


class NotFound(Refusal):
    """404: no resource of this type has the id."""

    def __init__(self, resource_type: str, resource_id: str) -> None:
        super().__init__(404, "not-found", f"Unknown {resource_type} resource '{resource_id}'")


def issue(severity: str, code: str, text: str) -> dict[str, object]:
    """One issue as the API writes it: the words stand in `details.text`."""
    return {"severity": severity, "code": code, "details": {"text": text}}


def outcome(code: str, text: str, *, severity: str = "error") -> bytes:
    """An OperationOutcome of one issue."""
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": [issue(severity, code, text)]})


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a search's result is asked for: `count` resources from number `offset` (from 0) on."""

    count: int
    offset: int


def searchset(
    resource_type: str, asked: Parameters, found: Sequence[bytes], window: Window, *, more_links: Parameters = ()
) -> bytes:
    """The page `window` of the result `found`, which holds the bytes of each resource.

    `asked` are the parameters that were understood; they stand in the links in their order, before `_count` and
    `_offset`. `more_links` (relation and URL) replace the links of the same relation.
    """
    bundle: dict[str, object] = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    if not found:
        return msgspec.json.encode(bundle)
    offsets = {"self": window.offset, "first": 0}
    if window.offset + window.count < len(found):
        offsets["next"] = window.offset + window.count
    offsets["last"] = (len(found) - 1) // window.count * window.count
    links = {relation: page_url(resource_type, asked, Window(window.count, at)) for relation, at in offsets.items()}
    links.update(more_links)
    bundle["link"] = [{"relation": relation, "url": url} for relation, url in links.items()]
    shown = found[window.offset : window.offset + window.count]
    if shown:
        bundle["entry"] = [{"resource": msgspec.Raw(resource)} for resource in shown]
    return msgspec.json.encode(bundle)


def page_url(resource_type: str, asked: Parameters, window: Window) -> str:
    """The link to one page: relative, with a leading slash, and with the slash in `Patient/<id>` percent-encoded."""
    parameters = [*asked, ("_count", str(window.count)), ("_offset", str(window.offset))]
    return f"/{resource_type}?{urlencode(parameters, quote_via=quote, safe='')}"
