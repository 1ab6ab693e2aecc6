"""The menu at the right end of the tool bar: the keys, how the window looks and behaves, and about."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from procedure_viewer.settings.policy import Setting
from procedure_viewer.settings.preferences import NEVER, Appearance
from procedure_viewer.ui.window_rules import WindowRules

IDLE_CHOICES = (5, 10, 15, 30, 60, NEVER)
"""Minutes without use after which a window may be told to lock."""
COPY_CHOICES = (15, 30, 60, 120, 300, NEVER)
"""Seconds after which what was copied may be told to go."""
MINUTE = 60


class HelpMenu(QMenu):
    """Changes the rules of its window; what IT has laid down is shown, and can't be chosen otherwise."""

    about_wanted = Signal()

    def __init__(self, rules: WindowRules, actions: Mapping[str, QAction], parent: QWidget) -> None:
        """`actions` are the window's: show the keys, show the timeline, quit."""
        super().__init__(parent)
        self._rules = rules
        holds = rules.effective
        self.addAction(actions["keys"])
        self.addAction(actions["timeline"])
        self._add_choices(
            "appearance",
            self.tr("Appearance"),
            [
                (Appearance.SYSTEM, self.tr("As the system")),
                (Appearance.LIGHT, self.tr("Light")),
                (Appearance.DARK, self.tr("Dark")),
            ],
            rules.liked.appearance,
            lambda choice: rules.like(appearance=choice),
        )
        minutes = sorted({*IDLE_CHOICES, holds.idle_minutes}, key=lambda choice: choice or 1_000)
        self._add_choices(
            "idle",
            self.tr("Lock without use"),
            [(choice, self._idle_words(choice)) for choice in minutes],
            holds.idle_minutes,
            lambda choice: rules.like(idle_minutes=choice),
            free=Setting.IDLE_MINUTES not in holds.locked,
        )
        seconds = sorted({*COPY_CHOICES, holds.clipboard_seconds}, key=lambda choice: choice or 10_000)
        self._add_choices(
            "clipboard",
            self.tr("Clear what was copied"),
            [(choice, self._copy_words(choice)) for choice in seconds],
            holds.clipboard_seconds,
            lambda choice: rules.like(clipboard_seconds=choice),
            free=Setting.CLIPBOARD_SECONDS not in holds.locked,
        )
        forget = self.addAction(self.tr("Forget the sign-in when closing"))
        forget.setObjectName("action_forgetOnClose")
        forget.setCheckable(True)
        forget.setChecked(holds.forget_sign_in_on_close)
        forget.setEnabled(Setting.FORGET_SIGN_IN_ON_CLOSE not in holds.locked)
        forget.toggled.connect(self._like_to_forget)
        about = self.addAction(self.tr("About Procedure Viewer"))
        about.setObjectName("action_about")
        about.triggered.connect(self.about_wanted)
        self.addAction(actions["quit"])

    def _add_choices(
        self,
        name: str,
        title: str,
        choices: Sequence[tuple[object, str]],
        current: object,
        choose: Callable[[object], None],
        *,
        free: bool = True,
    ) -> None:
        menu = self.addMenu(title)
        menu.menuAction().setObjectName(f"action_{name}")
        group = QActionGroup(menu)
        for choice, words in choices:
            action = menu.addAction(words)
            action.setObjectName(f"{name}_{choice}")
            action.setCheckable(True)
            action.setChecked(choice == current)
            action.setEnabled(free)
            action.triggered.connect(partial(choose, choice))
            group.addAction(action)

    def _idle_words(self, minutes: int) -> str:
        if minutes == NEVER:
            return self.tr("Never")
        return self.tr("After 1 minute") if minutes == 1 else self.tr("After {minutes} minutes").format(minutes=minutes)

    def _copy_words(self, seconds: int) -> str:
        if seconds == NEVER:
            return self.tr("When the window locks or closes")
        if seconds == MINUTE:
            return self.tr("After 1 minute")
        if seconds % MINUTE:
            return self.tr("After {seconds} seconds").format(seconds=seconds)
        return self.tr("After {minutes} minutes").format(minutes=seconds // MINUTE)

    def _like_to_forget(self, forget: bool) -> None:
        self._rules.like(forget_sign_in_on_close=forget)
