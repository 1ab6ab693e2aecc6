"""Where settings are kept."""

import errno
import os
from pathlib import Path

from procedure_viewer.fhir.words import translate

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
        raise OSError(errno.ENOENT, translate("fhir", "This account has no home folder")) from error
