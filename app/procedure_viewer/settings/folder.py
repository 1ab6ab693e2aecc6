"""Where settings are kept."""

import errno
import os
import sys
from pathlib import Path

from procedure_viewer.fhir.words import translate

_NO_ROOM = 4096
"""Bytes: with less on the disk not even the preferences can be written."""
NOWHERE = Path(os.devnull) / "settings"
"""The folder of an account without a home: nothing can be kept there, and every attempt says so."""
FOLDER_VARIABLE = "PROCEDURE_VIEWER_SETTINGS"
"""The environment variable that names another settings folder."""


def settings_folder() -> Path:
    """Where settings are kept, by the platform's custom or as PROCEDURE_VIEWER_SETTINGS says; it may not exist yet.

    Raises OSError when this account has no home folder to keep them in.
    """
    override = os.environ.get(FOLDER_VARIABLE)
    if override:
        return Path(override)
    from platformdirs import user_config_path  # where another folder is named, a start goes without

    try:
        return user_config_path("procedure-viewer", appauthor=False)
    except RuntimeError as error:
        raise OSError(errno.ENOENT, _homeless()) from error


def why_not_kept(folder: Path) -> str:
    """Why nothing can be written to the settings folder, in words; "" if it can, as far as can be told without trying.

    Windows is asked nothing: there a folder's access list decides, which only writing finds out.
    """
    if folder == NOWHERE:
        return _homeless()
    place = folder
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent  # it will be made when there is something to keep
    if not place.is_dir():
        return os.strerror(errno.ENOTDIR)
    if sys.platform == "win32":
        return ""
    try:
        room = os.statvfs(place)
    except OSError as error:
        return error.strerror or ""
    if room.f_flag & os.ST_RDONLY:
        return os.strerror(errno.EROFS)
    if not os.access(place, os.W_OK | os.X_OK):
        return os.strerror(errno.EACCES)
    return os.strerror(errno.ENOSPC) if room.f_bavail * room.f_frsize < _NO_ROOM else ""


def _homeless() -> str:
    return translate("fhir", "This account has no home folder")
