"""One operation on the keychain in a process of its own, as `Session.ask` starts it.

The secret comes by standard input; the outcome goes to standard output as JSON.
"""

import json
import sys
import traceback
from contextlib import closing, suppress

from procedure_viewer.keychain.store import SERVICE, Keychain, KeychainTrouble


def entries() -> dict[str, int]:
    """The accounts that the Secret Service itself knows, each with the size of its entry in Windows' UTF-16.

    One that goes while they are listed makes the whole list anew.
    """
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        while True:
            items = secretstorage.get_default_collection(bus).search_items({"service": SERVICE})
            with suppress(secretstorage.ItemNotFoundException):
                return {
                    item.get_attributes()["username"]: len(item.get_secret().decode().encode("utf-16-le"))
                    for item in items
                }


def lock() -> None:
    """Lock the collection, as a screen saver may."""
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()


def main(operation: str, account: str) -> None:
    keychain = Keychain()
    outcome: dict[str, object] = {}
    try:
        match operation:
            case "get":
                outcome["secret"] = keychain.get(account)
            case "set":
                keychain.set(account, json.load(sys.stdin))
            case "delete":
                keychain.delete(account)
            case "entries":
                outcome["entries"] = entries()
            case "name":
                outcome["name"] = keychain.provider()
            case "lock":
                lock()
    except KeychainTrouble as trouble:
        outcome |= {
            "reason": trouble.reason,
            "told": f"{trouble!r} {''.join(traceback.format_exception(trouble))}",
            "technical": trouble.technical,
        }
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
