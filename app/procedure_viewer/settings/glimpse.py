"""What the first sight of a window needs of the settings: read in a moment, and believed only as far as looks go.

The settings themselves are read and checked (`connections`, `preferences`, `policy_file`) before anything is done by
them; importing what checks them takes longer than a bare window needs to be there. Whatever is not as usual is left to
them: then there is no glimpse, and the window is shown when it is whole.
"""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from procedure_viewer.settings.machine import policy_path


class Glimpse(NamedTuple):
    """How the window will look at first."""

    server: str = ""
    """The name of the connection that this start opens."""
    appearance: str = "system"
    """As `preferences.Appearance`."""
    window: str = ""
    """Qt's saved geometry, base64."""
    list_share: int = 0
    """As in `preferences.Preferences`."""


def preferences_at_a_glance(folder: Path) -> Glimpse:
    """How the person likes the window, whatever server it is going to talk to."""
    saved = _read(folder / "preferences.json")
    share = saved.get("list_share")
    return Glimpse(
        appearance=_text(saved.get("appearance")) or "system",
        window=_text(saved.get("window")),
        list_share=share if type(share) is int and 0 <= share < 1_000 else 0,
    )


def glimpse(folder: Path, wanted: str) -> Glimpse | None:
    """The same with the connection that a start opens; `wanted` is its id or name, "" for the usual one.

    None where that can't be told for sure, as under a policy of IT's, or without a connection.
    """
    if os.path.lexists(policy_path()):
        return None
    saved = _read(folder / "connections.json")
    connections = saved.get("connections")
    if not isinstance(connections, list) or not all(isinstance(one, dict) for one in connections):
        return None
    names = {_text(one.get("id")): _text(one.get("name")) for one in connections}
    if wanted:
        name = names.get(wanted) or (wanted if wanted in names.values() else "")
    else:
        last = _text(_read(folder / "preferences.json").get("connection"))
        usual = [names[one] for one in (_text(saved.get("default")), last) if names.get(one)]
        name = (usual or [*names.values()] if usual or len(names) == 1 else [""])[0]
    return preferences_at_a_glance(folder)._replace(server=name) if name else None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(value: object) -> str:
    """A string that shows as it is; "" for anything else, such as half a character, which Qt can't be given."""
    return value if isinstance(value, str) and value.isprintable() else ""
