"""Reading IT's policy: a TOML file in the place where this platform keeps what holds for the whole machine.

A mistake costs what it is in and never loosens anything: a setting that can't be understood is locked at its strict
value, a connection isn't offered, and of a file that can't be read at all everything strict holds. README describes the
keys.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.words import translate
from procedure_viewer.settings.base_url import AddressRefused, checked_base_url
from procedure_viewer.settings.canvas import canvas_base_url
from procedure_viewer.settings.connection import (
    Connection,
    ConnectionRefused,
    Network,
    SignInMethod,
    checked_connection,
    is_connection_id,
    uniquely_named,
)
from procedure_viewer.settings.machine import SYSTEM, NotTrusted, policy_path, read_trusted
from procedure_viewer.settings.policy import (
    LONGEST_COPY,
    LONGEST_IDLE,
    SHORTEST_COPY,
    SHORTEST_IDLE,
    STRICT,
    IdleReturn,
    Policy,
    Setting,
)

_PRESET_IDS = UUID("7d0c3c1e-4f0f-4a51-9b0a-6a5d3f7c2b90")
"""The namespace of the ids that are made of IT's short words."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOOKS_SECRET = re.compile(r"secret|passw|passphrase|token|credential|bearer|private.?key|api.?key", re.IGNORECASE)
_LONGEST_KEY = 60

_BOUNDS = {
    Setting.IDLE_MINUTES: (SHORTEST_IDLE, LONGEST_IDLE),
    Setting.CLIPBOARD_SECONDS: (SHORTEST_COPY, LONGEST_COPY),
}
_TABLES = frozenset({"settings", "connections"})
_TEXTS = (
    "id",
    "name",
    "base_url",
    "canvas",
    "sign_in",
    "client_id",
    "scopes",
    "authority_file",
    "client_certificate",
    "client_key",
)
_CONNECTION_KEYS = frozenset({*_TEXTS, "confidential", "redirect_port", "several_pages"})


def load_policy(path: Path | None = None, owners: frozenset[int] = SYSTEM) -> Policy:
    """The policy of this machine; without a file, one that locks nothing. Never raises.

    `path` and `owners` (the user ids that count as IT's) are for tests: nothing that a person can set, such as the
    environment, may choose another file.
    """
    path = policy_path() if path is None else path
    try:
        content = read_trusted(path, owners)
    except NotTrusted as error:
        return _refused(path, str(error))
    except OSError as error:
        return _refused(path, error.strerror or type(error).__name__)
    return Policy() if content is None else read_policy(content, path)


def read_policy(content: bytes, path: Path) -> Policy:
    """The policy that `content` lays down; `path` is where to say it lies."""
    import tomllib  # most machines have no policy, and start sooner without

    try:
        document = tomllib.loads(content.removeprefix(BOM_UTF8).decode("utf-8"))
    except UnicodeDecodeError:
        return _refused(path, translate("settings", "It is not text in UTF-8"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return _refused(path, _toml_fault(error))
    return _Reader().read(document)


def _refused(path: Path, reason: str) -> Policy:
    words = translate("settings", "The policy {path} can't be used, so that the strictest settings hold: {reason}")
    return replace(STRICT, complaints=(words.format(path=printable(str(path)), reason=printable(reason)),))


def _toml_fault(error: Exception) -> str:
    """Where the file breaks the rules of TOML, without quoting it."""
    place = re.search(r"\(at (line \d+, column \d+|end of document)\)$", str(error))
    words = translate("settings", "It is not valid TOML ({place})")
    return words.format(place=place[1] if place else type(error).__name__)


class _Faulty(Exception):
    """A value is not what it must be; `str(error)` is what it must be."""


class _Reader:
    """Takes one document apart, and notes what is wrong with it."""

    def __init__(self) -> None:
        self._complaints: list[str] = []

    def read(self, document: Mapping[str, Any]) -> Policy:
        self._note_unknown("", document, _TABLES)
        policy = self._settings(document.get("settings", {}))
        connections = self._connections(document.get("connections", []), policy)
        if not connections and not policy.allow_other_connections:
            words = translate("settings", "Is false, and no connection is offered: nobody can use any server")
            self._note(f"settings.{Setting.ALLOW_OTHER_CONNECTIONS}", words)
        return replace(policy, connections=connections, complaints=tuple(self._complaints))

    def _note(self, place: str, words: str) -> None:
        self._complaints.append(f"{place}: {words}")

    def _note_unknown(self, prefix: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
        for key, value in table.items():
            if key in known:
                continue
            place = prefix + printable(key)[:_LONGEST_KEY]
            if _holds_secret(key, value):
                words = translate(
                    "settings",
                    "Everybody on this computer can read this file: take the secret out, and have the server issue "
                    "another",
                )
            else:
                words = translate("settings", "This key is not known, and does nothing")
            self._note(place, words)

    def _settings(self, table: object) -> Policy:
        if not isinstance(table, dict):
            self._note("settings", translate("settings", "Must be a table; the strictest settings hold"))
            return STRICT
        self._note_unknown("settings.", table, frozenset(Setting))
        values: dict[str, Any] = {}
        for setting in Setting:
            if setting not in table:
                continue
            try:
                values[setting] = _setting_value(setting, table[setting])
            except _Faulty as fault:
                self._note(f"settings.{setting}", str(fault))
                values[setting] = getattr(STRICT, setting)
        return replace(Policy(locked=frozenset(Setting(name) for name in values)), **values)

    def _connections(self, tables: object, policy: Policy) -> tuple[Connection, ...]:
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._note("connections", translate("settings", "Each connection begins with [[connections]]"))
            return ()
        connections: dict[str, Connection] = {}
        for number, table in enumerate(tables, 1):
            place = f"connections[{number}]"
            self._note_unknown(f"{place}.", table, _CONNECTION_KEYS)
            connection = self._connection(place, table)
            if connection is None:
                continue
            if connection.id in connections:
                self._note(f"{place}.id", translate("settings", "Another connection has this id"))
            elif connection.sign_in is SignInMethod.TOKEN and not policy.allow_pasted_tokens:
                self._note(f"{place}.sign_in", translate("settings", "The settings do not allow pasted tokens"))
            else:
                connections[connection.id] = connection
        return uniquely_named(tuple(connections.values()))

    def _connection(self, place: str, table: Mapping[str, Any]) -> Connection | None:
        """The connection, or None where any part of it is wrong: half of it would not be what IT meant."""
        so_far = len(self._complaints)
        values: dict[str, Any] = {}
        for key in _TEXTS:
            values[key] = self._value(place, table, key, str, "")
        values["confidential"] = self._value(place, table, "confidential", bool, None)
        values["redirect_port"] = self._value(place, table, "redirect_port", int, 0)
        values["several_pages"] = self._value(place, table, "several_pages", bool, True)
        if len(self._complaints) > so_far:
            return None
        try:
            return _made_of(values)
        except ConnectionRefused as refusal:
            self._note(f"{place}.{refusal.field}", str(refusal))
            return None

    def _value(self, place: str, table: Mapping[str, Any], key: str, wanted: type, absent: Any) -> Any:
        value = table.get(key, absent)
        if key in table and type(value) is not wanted:  # for isinstance, True would be a number
            self._note(f"{place}.{key}", _kind_wanted(wanted))
        return value


def _kind_wanted(kind: type) -> str:
    if kind is bool:
        return translate("settings", "Must be true or false")
    if kind is int:
        return translate("settings", "Must be a whole number")
    return translate("settings", "Must be text in quotation marks")


def _setting_value(setting: Setting, value: Any) -> Any:
    """Raises _Faulty."""
    if setting in _BOUNDS:
        least, most = _BOUNDS[setting]
        if type(value) is int and least <= value <= most:
            return value
        words = translate("settings", "Must be a whole number from {least} to {most}; {strict} holds")
        raise _Faulty(words.format(least=least, most=most, strict=getattr(STRICT, setting)))
    if setting is Setting.IDLE_RETURN:
        if value in list(IdleReturn):
            return IdleReturn(value)
        words = translate("settings", "Must be one of {choices}; {strict} holds")
        raise _Faulty(words.format(choices=_quoted(IdleReturn), strict=_quoted([STRICT.idle_return])))
    if type(value) is bool:
        return value
    words = translate("settings", "Must be true or false; {strict} holds")
    raise _Faulty(words.format(strict="true" if getattr(STRICT, setting) else "false"))


def _made_of(values: Mapping[str, Any]) -> Connection:
    """The connection of values that have the right types. Raises ConnectionRefused, whose field is the key."""
    if not _WORD.fullmatch(values["id"]):
        raise ConnectionRefused(
            "id",
            translate(
                "settings", "Each connection needs an id of its own that stays: a word of letters, digits, - . and _"
            ),
        )
    sign_in = _sign_in(values["sign_in"])
    confidential = values["confidential"]
    connection = checked_connection(
        Connection(
            id=_id_of(values["id"]),
            name=values["name"],
            base_url=_base_url(values["base_url"], values["canvas"]),
            sign_in=sign_in,
            client_id=values["client_id"],
            confidential=sign_in is SignInMethod.CLIENT_CREDENTIALS if confidential is None else confidential,
            scopes=values["scopes"],
            redirect_port=values["redirect_port"],
            network=Network(values["authority_file"], values["client_certificate"], values["client_key"]),
            several_pages=values["several_pages"],
        )
    )
    if connection.lacks_client_id:
        raise ConnectionRefused("client_id", translate("settings", "Is needed for this way to sign in"))
    return connection


def _id_of(word: str) -> str:
    """The connection's id: IT's word in the form that ids have everywhere else."""
    return word if is_connection_id(word) else uuid5(_PRESET_IDS, word).hex


def _sign_in(text: str) -> SignInMethod:
    try:
        return SignInMethod(text or SignInMethod.BROWSER)
    except ValueError:
        words = translate("settings", "Must be one of {choices}").format(choices=_quoted(SignInMethod))
        raise ConnectionRefused("sign_in", words) from None


def _base_url(base_url: str, canvas: str) -> str:
    if bool(base_url) == bool(canvas):
        raise ConnectionRefused(
            "base_url", translate("settings", "Give either base_url or canvas (the name of a Canvas instance)")
        )
    try:
        return checked_base_url(base_url) if base_url else canvas_base_url(canvas)
    except AddressRefused as refusal:
        raise ConnectionRefused("base_url" if base_url else "canvas", str(refusal)) from refusal


def _quoted(choices: Any) -> str:
    return ", ".join(f'"{choice}"' for choice in choices)


def _holds_secret(key: str, value: object) -> bool:
    """Whether this, or anything inside it, is named like a secret."""
    if isinstance(value, dict):
        return any(_holds_secret(inner, content) for inner, content in value.items())
    if isinstance(value, list):
        return any(_holds_secret(key, content) for content in value)
    return isinstance(value, str) and _LOOKS_SECRET.search(key) is not None
