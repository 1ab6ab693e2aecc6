"""The list of keys."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.ui.labels import PlainLabel


class KeysDialog(QDialog):
    """All keys at a glance, taken from the actions themselves so that the list can't go stale."""

    def __init__(
        self, actions: list[QAction], parent: QWidget, places: Mapping[str, Sequence[QAction]] = MappingProxyType({})
    ) -> None:
        """`places` have keys of their own, by what they are called."""
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keys"))
        rows = [*_with_keys(actions)]
        for place, its_rows in self._places():
            rows += [("", place), *its_rows]
        for place, its_actions in places.items():
            rows += [("", place), *_with_keys(its_actions)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for row, (keys, meaning) in enumerate(rows):
            key_label = PlainLabel(f"key{row}")
            key_label.setText(keys)
            key_label.emphasise()
            meaning_label = PlainLabel(f"keyMeaning{row}")
            meaning_label.setText(meaning)
            if not keys:
                meaning_label.emphasise()
                meaning_label.setContentsMargins(0, 8, 0, 0)
            grid.addWidget(key_label, row, 0)
            grid.addWidget(meaning_label, row, 1)
        grid.setColumnStretch(1, 1)
        listed = QWidget()
        listed.setLayout(grid)
        area = QScrollArea()
        area.setObjectName("keysList")
        area.setAccessibleName(self.tr("Keys"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(listed)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setObjectName("keysClose")
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(area)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)
        self.resize(600, min(listed.sizeHint().height() + 80, max(400, parent.height() - 40)))

    def _places(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What the keys do that no action has: they hold in one place only."""
        return [
            (
                self.tr("Patients"),
                [
                    (self.tr("Enter"), self.tr("Search, or open the selected patient")),
                    (self.tr("Down"), self.tr("From the search field to the choices of a date, or into the results")),
                    (self.tr("Up"), self.tr("From the first of the results back to the search field")),
                ],
            ),
            (
                self.tr("Timeline"),
                [
                    (self.tr("Up, Down"), self.tr("To the mark before or after")),
                    (self.tr("Enter"), self.tr("Select, or look into a group")),
                    (self.tr("+, -, 0"), self.tr("Look closer, see more, see all of it")),
                    (self.tr("Left, Right"), self.tr("Earlier, later; further with Page Up and Page Down")),
                    (self.tr("Home, End"), self.tr("To the first and the last")),
                ],
            ),
            (
                self.tr("Procedures"),
                [
                    (self.tr("Left, Right"), self.tr("Close or open a group; Enter does either")),
                    (self.tr("Shift+Up, Down"), self.tr("Select more, or less; also with Home, End and Page Up, Down")),
                    (
                        self.tr("Ctrl+Up, Down"),
                        self.tr("Go on without selecting; Ctrl+Space selects one more, or lets go"),
                    ),
                    (self.tr("Space"), self.tr("Tick a choice in a filter's menu, which stays open")),
                ],
            ),
            (
                self.tr("Details"),
                [
                    (self.tr("Left, Right"), self.tr("On the tabs: to Summary, Everything, JSON")),
                    (self.tr("Up, Down"), self.tr("In the summary: choose a line, to copy it or see it in Everything")),
                    (self.tr("Enter"), self.tr("In the search field below: to the next that was found; Esc leaves it")),
                ],
            ),
        ]


def _with_keys(actions: Sequence[QAction]) -> list[tuple[str, str]]:
    return [
        (action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), action.text().replace("&", ""))
        for action in actions
        if not action.shortcut().isEmpty()
    ]
