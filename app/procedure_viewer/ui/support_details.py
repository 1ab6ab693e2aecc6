"""What support needs to know of a computer, and nothing of the person at it: no patient, no server, no token, no name.

Only what is listed here is told, and whatever would name the person (the home folder, the account) is taken out of all
of it at the end.
"""

import getpass
import os
import platform
import re
import ssl
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import PySide6
from PySide6.QtCore import QLocale, QSysInfo, qVersion
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QWidget

from procedure_viewer import __version__
from procedure_viewer.fhir.words import translate
from procedure_viewer.settings.policy import NO_POLICY
from procedure_viewer.ui.window_rules import WindowRules

_TELLING = re.compile(
    r"QT_\w+|PROCEDURE_VIEWER_SETTINGS|SSL_CERT_(?:FILE|DIR)|XDG_\w+_HOME|(?:https?|all|no)_proxy", re.IGNORECASE
)
"""Variables of the environment that change what the program does; their values may name a person or hold a password."""
_WORD = re.compile(r"[\w.:+-]{1,40}")


def support_details(window: QWidget, rules: WindowRules, keyring: str) -> str:
    """A line for each fact. `keyring` is what the keyring is called, "" while that isn't known."""
    facts = [*_program(), *_system(), *_screens(window), *_settings(rules)]
    facts.append((translate("Support", "Keyring"), keyring or translate("Support", "not known yet")))
    return without_person("\n".join(f"{name}: {value}" for name, value in facts))


def without_person(text: str) -> str:
    """The text with the home folder as `~`, and the account's name, wherever it stands as a word, as `<user>`."""
    homes = {os.environ.get(variable, "") for variable in ("HOME", "USERPROFILE")}
    names = {os.environ.get(variable, "") for variable in ("LOGNAME", "USER", "LNAME", "USERNAME")}
    with suppress(RuntimeError):
        homes.add(str(Path.home()))
    with suppress(OSError, KeyError, ImportError):  # an account without a name
        names.add(getpass.getuser())
    for home in sorted((home for home in homes if len(home) > 1), key=len, reverse=True):
        text = re.sub(re.escape(home) + r"(?![\w.-])", "~", text, flags=re.IGNORECASE)
        names.add(Path(home).name)
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "<user>", text, flags=re.IGNORECASE)
    return text


def _program() -> Iterator[tuple[str, str]]:
    installed = bool(getattr(sys, "frozen", False))
    how = translate("Support", "installed program") if installed else translate("Support", "from source")
    yield translate("Support", "Procedure Viewer"), f"{__version__} ({how})"
    bits = "64" if sys.maxsize > 1 << 32 else "32"
    yield translate("Support", "Python"), f"{platform.python_version()} ({bits} bit)"
    yield translate("Support", "Qt"), f"{qVersion()}, PySide6 {PySide6.__version__}"
    yield translate("Support", "TLS"), ssl.OPENSSL_VERSION


def _system() -> Iterator[tuple[str, str]]:
    kernel = f"{QSysInfo.kernelType()} {QSysInfo.kernelVersion()}, {QSysInfo.currentCpuArchitecture()}"
    yield translate("Support", "System"), f"{QSysInfo.prettyProductName()} ({kernel})"
    desktop = [os.environ.get(name, "") for name in ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE")]
    named = [word for word in desktop if _WORD.fullmatch(word)]
    if named:
        yield translate("Support", "Desktop"), ", ".join(named)
    locale = QLocale.system()
    yield translate("Support", "Language and region"), f"{locale.name()}, {', '.join(locale.uiLanguages()[:3])}"
    telling = sorted(name for name in os.environ if _TELLING.fullmatch(name))
    if telling:
        yield translate("Support", "Set in the environment"), ", ".join(telling)


def _screens(window: QWidget) -> Iterator[tuple[str, str]]:
    scheme = QGuiApplication.styleHints().colorScheme().name
    yield translate("Support", "Window system"), QGuiApplication.platformName()
    yield translate("Support", "Style"), f"{QApplication.style().name()}, {scheme}"
    screens = QGuiApplication.screens()
    yield translate("Support", "Screens"), f"{len(screens)}: {'; '.join(map(_screen, screens))}"
    yield translate("Support", "Scale of the window"), f"{window.devicePixelRatioF():.0%}"


def _screen(screen: QScreen) -> str:
    scale = screen.devicePixelRatio()
    size = screen.geometry().size() * scale
    return f"{size.width()} x {size.height()}, {scale:.0%}, {screen.logicalDotsPerInch():.0f} dpi"


def _settings(rules: WindowRules) -> Iterator[tuple[str, str]]:
    why_not = rules.why_not_kept
    writable = why_not or translate("Support", "can be written")
    yield translate("Support", "Settings folder"), f"{rules.folder} ({writable})"
    policy = rules.policy
    if policy == NO_POLICY:
        words = translate("Support", "none")
    else:
        words = translate(
            "Support", "{settings} settings locked, {connections} connections, {complaints} mistakes"
        ).format(settings=len(policy.locked), connections=len(policy.connections), complaints=len(policy.complaints))
    yield translate("Support", "Policy of the machine"), words
