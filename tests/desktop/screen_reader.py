"""What a screen reader is told: the accessibility tree, read over the accessibility bus (AT-SPI 2)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# jeepney says nothing about its types.
from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    Message,
    MessageType,
    Properties,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

from tests.desktop.display import Display
from tests.keychain.session import Session

_BUS = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
_STATUS = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")
_REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
SECONDS = 10.0


class NoAccessibilityBus(Exception):
    """The session offers none: at-spi2-core is not installed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One element as it is announced: its role and its name."""

    role: str
    name: str


class ScreenReader:
    """Reads what all programs of the session offer."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus

    def read(self) -> list[Heard]:
        """Everything on the desktop, from the outside in; an element that goes away meanwhile is left out."""
        return list(self._below(_REGISTRY))

    def _below(self, reference: tuple[str, str]) -> Iterator[Heard]:
        bus_name, path = reference
        element = DBusAddress(path, bus_name, "org.a11y.atspi.Accessible")
        role = self._ask(new_method_call(element, "GetRoleName"))
        name = self._ask(Properties(element).get("Name"))
        if role is not None and name is not None:
            yield Heard(role, name[1])
        for child in self._ask(new_method_call(element, "GetChildren")) or []:
            yield from self._below(child)

    def _ask(self, message: Message) -> Any:
        answer = self._bus.send_and_get_reply(message, timeout=SECONDS)
        return answer.body[0] if answer.header.message_type is MessageType.method_return else None


@contextmanager
def screen_reader(session: Session, display: Display) -> Iterator[ScreenReader]:
    """Announce a screen reader to the session, as one that starts does, and be it; raises `NoAccessibilityBus`."""
    environment = dict(session.environment)
    subprocess.run(["dbus-update-activation-environment", f"DISPLAY={display.name}"], env=environment, check=True)
    with open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"]) as bus:
        answer = bus.send_and_get_reply(Properties(_STATUS).set("IsEnabled", "b", True), timeout=SECONDS)
        if answer.header.message_type is not MessageType.method_return:
            raise NoAccessibilityBus
        (address,) = bus.send_and_get_reply(new_method_call(_BUS, "GetAddress"), timeout=SECONDS).body
    with open_dbus_connection(address) as bus:
        yield ScreenReader(bus)
