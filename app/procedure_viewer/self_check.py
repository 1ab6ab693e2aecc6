"""The command line's `--self-check`: what IT's support asks first about a machine, found out by the program itself.

Nothing of a patient or a connection is told, and no server is asked. The entry that is tried in the keyring has a name
of its own and is gone afterwards.
"""

import re
import secrets
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from procedure_viewer import __version__
from procedure_viewer.fhir.words import translate

KEYCHAIN_TIMEOUT = 60.0
"""Seconds for the keyring's answers; a locked one waits for a person to type a password."""
_ACCOUNT = "self-check"
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


class Found(NamedTuple):
    """What one look found."""

    well: bool
    subject: str
    words: str


def check() -> int:
    """Look at everything, say each as soon as it is found; returns the exit status, 0 where all is well, else 1."""
    well = True
    _say(_versions())
    for look in (_settings, _policy, _certificates, _keyring, _window_system):
        for found in look():
            well = well and found.well
            _say(f"{'[ok]' if found.well else '[!]':<5}{found.subject}: {found.words}")
    return 0 if well else 1


def _versions() -> str:
    from PySide6.QtCore import qVersion

    kind = translate("check", "installed") if getattr(sys, "frozen", False) else translate("check", "from source")
    python = sys.version.partition(" ")[0]
    return f"procedure-viewer {__version__} ({kind}), Python {python}, Qt {qVersion()}, {sys.platform}"


def _settings() -> Iterator[Found]:
    from procedure_viewer.settings.folder import settings_folder, why_not_kept

    subject = translate("check", "Settings")
    try:
        folder = settings_folder()
    except OSError as error:
        yield Found(False, subject, error.strerror or type(error).__name__)
        return
    trouble = why_not_kept(folder)
    yield Found(not trouble, subject, f"{folder}: {trouble}" if trouble else str(folder))


def _policy() -> Iterator[Found]:
    from procedure_viewer.settings.machine import policy_path
    from procedure_viewer.settings.policy_file import load_policy

    subject, path = translate("check", "Policy"), policy_path()
    complaints = load_policy().complaints
    for complaint in complaints:
        yield Found(False, subject, complaint)
    if not complaints:
        there = translate("check", "in force") if path.exists() else translate("check", "none on this machine")
        yield Found(True, subject, f"{path}: {there}")


def _certificates() -> Iterator[Found]:
    from procedure_viewer.remote.trust import secured
    from procedure_viewer.settings.connections import Network

    subject = translate("check", "Certificates")
    secured(Network())
    if sys.platform in ("win32", "darwin"):
        yield Found(True, subject, translate("check", "the operating system decides"))
        return
    known = _stores()
    if known:
        yield Found(True, subject, ", ".join(map(str, known)))
    else:
        yield Found(False, subject, translate("check", "this system trusts no authority (package ca-certificates)"))


def _stores() -> list[Path]:
    """Where the certificates lie that OpenSSL trusts here, as far as it can make use of what is there."""
    paths = ssl.get_default_verify_paths()
    return [
        Path(name)
        for name, holds in ((paths.cafile, _holds_certificates), (paths.capath, _is_searched))
        if name and holds(Path(name))
    ]


def _holds_certificates(file: Path) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError:  # an SSLError is one, too
        return False
    return True


def _is_searched(folder: Path) -> bool:
    """OpenSSL finds a certificate in a folder by its hash only, as `openssl rehash` names it."""
    return folder.is_dir() and any(_HASHED.fullmatch(path.name) and path.exists() for path in folder.iterdir())


def _keyring() -> Iterator[Found]:
    from procedure_viewer.keychain.store import Keychain, KeychainTrouble, Reason

    subject, keychain = translate("check", "Keyring"), Keychain()
    secret = secrets.token_urlsafe(1000)
    words_of = {
        Reason.NO_BACKEND: translate("check", "there is none in this session; sign-ins are not kept from run to run"),
        Reason.INSECURE: translate("check", "the one that is there would keep secrets in the open, and is not used:"),
        Reason.LOCKED: translate("check", "it is locked"),
        Reason.FAILED: translate("check", "it could not be used:"),
    }

    def round_trip() -> Found:
        try:
            keychain.set(_ACCOUNT, secret)
            kept = keychain.get(_ACCOUNT) == secret
            keychain.delete(_ACCOUNT)
            gone = keychain.get(_ACCOUNT) is None
        except KeychainTrouble as trouble:
            return Found(False, subject, f"{words_of[trouble.reason]} {trouble.technical}".rstrip())
        if not kept or not gone:
            return Found(False, subject, translate("check", "it does not keep what it is given"))
        words = translate("check", "an entry was written, read and deleted again ({keyring})")
        return Found(True, subject, words.format(keyring=keychain.provider()))

    late = Found(False, subject, translate("check", "no answer in time; it may be locked, and wait for its password"))
    yield _in_time(round_trip, late)


def _in_time(call: Callable[[], Found], late: Found) -> Found:
    answers: list[Found] = []
    thread = threading.Thread(target=lambda: answers.append(call()), daemon=True)
    thread.start()
    thread.join(KEYCHAIN_TIMEOUT)
    return answers[0] if answers else late


def _window_system() -> Iterator[Found]:
    """Last, because without a screen the process ends here, in words (see `ui.without_screen`)."""
    from PySide6.QtGui import QGuiApplication

    from procedure_viewer.ui.without_screen import said_in_words

    with said_in_words():
        application = QGuiApplication(sys.argv[:1])
    sizes = [f"{screen.size().width()} x {screen.size().height()}" for screen in application.screens()]
    yield Found(bool(sizes), translate("check", "Window system"), ", ".join([application.platformName(), *sizes]))


def _say(line: str) -> None:
    if sys.stdout is not None:  # a windowed program on Windows may have none
        encoding = sys.stdout.encoding or "utf-8"
        print(line.encode(encoding, "replace").decode(encoding), flush=True)  # noqa: T201 - the answer to a command line
