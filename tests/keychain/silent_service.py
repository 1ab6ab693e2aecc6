"""A Secret Service that takes every call and answers none, as a keyring that hangs does.

It says on standard output when it is there, and ends with standard input.
"""

import sys
import threading

from jeepney import DBus, MessageType  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]


def main() -> None:
    with open_dbus_connection() as bus:
        reply = bus.send_and_get_reply(DBus().RequestName("org.freedesktop.secrets"))
        assert reply.header.message_type is MessageType.method_return
        threading.Thread(target=lambda: [bus.receive() for _ in iter(int, 1)], daemon=True).start()
        print("there", flush=True)  # noqa: T201 - for the test
        sys.stdin.read()


if __name__ == "__main__":
    main()
