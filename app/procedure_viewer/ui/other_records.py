"""What `Patient.link` says of other records of the person whose chart is open, and the way to open one of them.

http://hl7.org/fhir/R4/patient.html#links
"""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton

from procedure_viewer.fhir.datatypes import ResourceKey
from procedure_viewer.fhir.patient import PatientLink
from procedure_viewer.fhir.words import translate
from procedure_viewer.tables.texts import LONGEST_FACT, shortened

MOST_OFFERED = 8
"""Other records that can be opened from here; nobody was merged more often."""


def _openable(links: Iterable[PatientLink], base_url: str, own_id: str) -> Iterator[tuple[PatientLink, ResourceKey]]:
    """The links that lead to another patient of this server, each record once."""
    seen = {own_id}
    for link in links:
        key = link.other.key(base_url)
        if key is not None and key.type == "Patient" and key.id not in seen:
            seen.add(key.id)
            yield link, key


class OtherRecordButton(QToolButton):
    """Opens the other record; where there are several, they are to be chosen from."""

    record_wanted = Signal(str)
    """The id of a patient."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bannerOtherRecord")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._menu = QMenu(self)
        self._menu.setObjectName("bannerOtherRecords")
        self.clicked.connect(self._open_only)
        self.show_links((), "", "")

    def show_links(self, links: Iterable[PatientLink], base_url: str, own_id: str) -> None:
        """Offer the other records of the patient whose id is `own_id`; without any the button is not there."""
        self._menu.hide()
        self._menu.clear()
        openable = list(_openable(links, base_url, own_id))[:MOST_OFFERED]
        for link, key in openable:
            action = QAction(f"{_action_text(link)} ({shortened(key.id, LONGEST_FACT)})".replace("&", "&&"), self._menu)
            action.setData(key.id)
            action.triggered.connect(self._open)
            self._menu.addAction(action)
        several = len(openable) > 1
        self.setMenu(self._menu if several else None)  # type: ignore[arg-type]  # None takes the menu away
        self.setPopupMode(
            QToolButton.ToolButtonPopupMode.InstantPopup if several else QToolButton.ToolButtonPopupMode.DelayedPopup
        )
        text = translate("OtherRecords", "Open another record…") if several else ""
        if len(openable) == 1:
            text = _action_text(openable[0][0])
        self.setText(text)
        self.setAccessibleName(text or translate("OtherRecords", "Other records"))
        self.setVisible(bool(openable))

    @Slot()
    def _open_only(self) -> None:
        actions = self._menu.actions()
        if len(actions) == 1:
            self.record_wanted.emit(str(actions[0].data()))

    @Slot()
    def _open(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.record_wanted.emit(str(action.data()))


def _action_text(link: PatientLink) -> str:
    match link.type:
        case "replaced-by":
            return translate("OtherRecords", "Open the record that replaced it")
        case "replaces":
            return translate("OtherRecords", "Open the replaced record")
        case "refer":
            return translate("OtherRecords", "Open the main record")
    return translate("OtherRecords", "Open the other record")
