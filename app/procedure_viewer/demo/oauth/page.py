"""The page on which a person allows a program to read, or doesn't. No script, nothing from elsewhere."""

import base64
import hashlib
from html import escape
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from procedure_viewer.demo.oauth.asking import Asking
from procedure_viewer.demo.oauth.errors import NO_STORE
from procedure_viewer.demo.records.staff import STAFF

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "body{color:#1b1f24;background:#fff}"
    "fieldset{border:1px solid #8c959f;border-radius:6px;margin:1.5rem 0;padding:.5rem 1rem}"
    "label{display:block;padding:.25rem 0}"
    "button{font:inherit;padding:.5rem 1.5rem;margin-right:1rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
# No form-action: browsers hold it against the redirect that follows the form as well, and it can't name [::1].
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    **NO_STORE,
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_MEANINGS = {
    "openid": "Know who you are",
    "fhirUser": "Read your entry in the staff list",
    "profile": "Know your name",
    "offline_access": "Stay signed in until you sign out",
    "launch": "Know which chart is open",
}


def question(asking: Asking, ticket: str, path: str) -> HTMLResponse:
    """Who asks, for what; whom to sign in as; Allow and Deny. The answer goes to `path` with the secret `ticket`."""
    scopes = "".join(f"<li>{_meaning(scope)}</li>" for scope in asking.scopes)
    staff = "".join(
        f'<label><input type="radio" name="staff" value="{member.id}"{" checked" if member is STAFF[0] else ""}> '
        f"{escape(member.full_name)}, {escape(member.role)}</label>"
        for member in STAFF
    )
    client = asking.client
    where = f"{client.id}, on this computer at {urlsplit(asking.back.redirect_uri).netloc}"
    return _page(
        "Sign in to the demo clinic",
        f"<p><strong>{escape(client.name)}</strong> ({escape(where)}) asks leave to:</p><ul>{scopes}</ul>"
        f'<form method="post" action="{escape(path)}">'
        f'<input type="hidden" name="ticket" value="{escape(ticket)}">'
        f"<fieldset><legend>Sign in as</legend>{staff}</fieldset>"
        '<button type="submit" name="decision" value="allow">Allow</button>'
        '<button type="submit" name="decision" value="deny">Deny</button>'
        "</form><p>All people and records here are made up.</p>",
    )


def dead_end(words: str) -> HTMLResponse:
    """That it goes no further, where the browser can't be sent back."""
    return _page("This sign-in can't go on", f"<p>{escape(words)}</p><p>Close this tab and sign in again.</p>", 400)


def _meaning(scope: str) -> str:
    words = _MEANINGS.get(scope)
    if words is None:
        kind = scope.partition("/")[2].partition(".")[0]
        words = "Read all records" if kind == "*" else f"Read {kind} records"
    return f"{escape(words)} <code>({escape(scope)})</code>"


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    styled = f'<!DOCTYPE html><html lang="en"><head>{head}<style>{_STYLE}</style></head>'
    return HTMLResponse(f"{styled}<body><h1>{title}</h1>{body}</body></html>", status, _HEADERS)
