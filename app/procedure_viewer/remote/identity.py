"""Which resource some bytes are: just enough of it to tell one from another."""

import msgspec


class Identity(msgspec.Struct, frozen=True):
    """The resource's logical id and type, each "" where it has none."""

    id: str = ""
    type: str = msgspec.field(default="", name="resourceType")


def identity(raw: bytes) -> Identity | None:
    """The identity of a resource, or None where it can not be read."""
    try:
        found = msgspec.json.decode(raw, type=Identity)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return found if found.id else None
