"""How one window behaves: what the person likes, as far as IT has left them a choice."""

from contextlib import suppress
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from procedure_viewer.settings.folder import why_not_kept
from procedure_viewer.settings.policy import Policy
from procedure_viewer.settings.preferences import Effective, change_preferences, effective, load_preferences


class WindowRules(QObject):
    """The preferences as they hold in this window, and the machine's policy above them."""

    changed = Signal()

    def __init__(self, settings: Path, policy: Policy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = settings
        self.policy = policy
        self.liked = load_preferences(settings)
        self._news: dict[str, object] = {}

    @property
    def why_not_kept(self) -> str:
        """Why nothing can be kept for the next start, in words; "" if it can."""
        return why_not_kept(self.folder)

    @property
    def effective(self) -> Effective:
        """What holds."""
        return effective(self.liked, self.policy)

    def like(self, **changes: object) -> None:
        """Have other preferences hold at once; `save` keeps them for the next start."""
        self.liked = msgspec.structs.replace(self.liked, **changes)
        self._news |= changes
        self.changed.emit()

    def save(self) -> None:
        """Keep what was changed in this window, and only that: other windows may have changed something else."""
        news = self._news
        with suppress(OSError):  # they are not worth a dialog while the window is being left
            change_preferences(self.folder, lambda saved: msgspec.structs.replace(saved, **news))
