"""Reading the parameters of a request to an OAuth endpoint. RFC 6749 sections 3.1 and 3.2.

One that is empty counts as left out; one that comes twice is refused.
"""

from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from procedure_viewer.demo.oauth.errors import OAuthError, invalid_request

FORM = "application/x-www-form-urlencoded"


def query(request: Request) -> Mapping[str, str]:
    """The parameters in the address; a repeated one is missing here and stands in `repeated`."""
    return _once(request.url.query)


def repeated(request: Request) -> set[str]:
    """The names of the parameters that stand in the address more than once."""
    names = Counter(name for name, value in parse_qsl(request.url.query))
    return {name for name, count in names.items() if count > 1}


async def form(request: Request) -> Mapping[str, str]:
    """The parameters in the body; raises `OAuthError` for a body of another type and for a repeated one."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise invalid_request(f"the body must be {FORM}")
    try:
        text = (await request.body()).decode("ascii")
    except UnicodeDecodeError as error:
        raise invalid_request("the body holds bytes that should be percent-encoded") from error
    pairs = parse_qsl(text)
    found = dict(pairs)
    if len(found) < len(pairs):
        raise invalid_request("a parameter comes more than once")
    return found


def required(parameters: Mapping[str, str], name: str) -> str:
    """The value of `name`; raises `OAuthError` where it is missing."""
    try:
        return parameters[name]
    except KeyError:
        raise _missing(name) from None


def _missing(name: str) -> OAuthError:
    return invalid_request(f"{name} is missing")


def _once(text: str) -> Mapping[str, str]:
    pairs = parse_qsl(text)
    names = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if names[name] == 1}
