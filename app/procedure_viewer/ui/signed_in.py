"""Who is signed in, for how long, and the way out: a button of the tool bar."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton

from procedure_viewer.fhir.datatypes import printable
from procedure_viewer.fhir.when import date_text
from procedure_viewer.tables.texts import shortened
from procedure_viewer.ui.icons import set_icon

LONGEST_ON_BUTTON = 32
"""Characters of a name on the button; the menu shows more."""


class SignedInButton(QToolButton):
    """Shows the grant in force; hidden without one."""

    sign_out_wanted = Signal()
    shown = Signal(bool)
    """Whether there is a grant to show. A tool bar hides a widget by its action: connect to the action's setVisible."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("signedInButton")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        menu.setObjectName("signedInMenu")
        self.details = [menu.addAction("") for _ in range(3)]
        for number, detail in enumerate(self.details):
            # Choosing one does nothing. Disabled, they would be pale, and skipped by the keyboard and a screen reader.
            detail.setObjectName(f"signedInDetail{number}")
        menu.addSeparator()
        self.sign_out = menu.addAction(self.tr("Sign out"))
        self.sign_out.setObjectName("signOut")
        self.sign_out.triggered.connect(self.sign_out_wanted)
        self.setMenu(menu)
        self._until: datetime | None = None
        self._renews = False
        self._keeping = ""
        menu.aboutToShow.connect(self._show_lasting)
        self.clear()

    def clear(self) -> None:
        """Nobody is signed in."""
        self.setText("")
        self.setAccessibleName(self.tr("Not signed in"))
        self.setAccessibleDescription("")
        self.setToolTip("")
        for detail in self.details:
            detail.setText("")
        self.setVisible(False)
        self.shown.emit(False)

    def show_grant(self, who: str, person: bool, until: datetime | None, renews: bool, kept: bool) -> None:
        """Show who is signed in ("" where nobody said; `person` False: the program itself), and how long.

        `until` has a time zone; None: nobody said. `renews`: it is prolonged by itself. `kept`: it lies in the keyring.
        """
        name = printable(who).strip()
        if not person:
            whom = button = self.tr("Program sign-in: no person identified")
        else:
            whom = shortened(name) or self.tr("Signed in")
            button = shortened(name, LONGEST_ON_BUTTON) or whom
        self._until, self._renews = until, renews
        self._keeping = self.tr("Kept in the keyring") if kept else self.tr("In memory only")
        if not kept:
            button = self.tr("{who} (in memory only)").format(who=button)
        set_icon(self, "signed-in" if person else "key")
        self.setText(button.replace("&", "&&"))
        self.setAccessibleName(self.tr("Signed in as {who}").format(who=name) if person and name else whom)
        self.details[0].setText(_detail(whom))
        self.details[2].setText(_detail(self._keeping))
        self._show_lasting()
        self.setVisible(True)
        self.shown.emit(True)

    @Slot()
    def _show_lasting(self) -> None:
        """For how long it lasts, as it is to be said now: today's "until 01:30" is tomorrow's "until 26 Nov 01:30"."""
        ends = _ends(self._until)
        if self._renews:
            lasting = self.tr("until {time}, renews itself").format(time=ends) if ends else self.tr("renews itself")
        elif self._until is not None and self._until <= datetime.now().astimezone():
            lasting = self.tr("ended {time}").format(time=ends)
        else:
            lasting = self.tr("until {time}").format(time=ends) if ends else self.tr("until the server ends it")
        self.setAccessibleDescription(f"{lasting}; {self._keeping}")
        self.setToolTip(lasting)  # no server's word is in it
        self.details[1].setText(_detail(lasting))


def _detail(text: str) -> str:
    """A line of the menu."""
    return f"{text[:1].upper()}{text[1:]}".replace("&", "&&")


def _ends(until: datetime | None) -> str:
    """The local time, with the day where that isn't today."""
    if until is None:
        return ""
    local, now = until.astimezone(), datetime.now().astimezone()
    time = f"{local:%H:%M}"
    return time if local.date() == now.date() else f"{date_text(local.date().isoformat())} {time}"
