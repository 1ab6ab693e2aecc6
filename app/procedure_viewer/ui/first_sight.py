"""What is seen of a window before its parts are there: the same picture, made of next to nothing, and the search field.

Building the real parts takes longer than a bare window needs to be there, so it comes after the first paint. Until the
parts take its place the first sight knows nobody and does nothing but take what is typed, and Enter.

Whatever is a value of the namespace `Qt` (an alignment, an orientation) is set by its number here, as a form of Qt
Designer's would be: PySide makes that namespace with all its enumerations when it is first touched, which takes longer
than painting all of this.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStatusBar,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from procedure_viewer.ui.icons import ICON_NAME, pixmap
from procedure_viewer.ui.palettes import laid_palette

_CENTRE, _VERTICAL, _BESIDE_ICON, _RIGHT_ARROW, _PLAIN = 0x84, 2, 2, 4, 0
"""Qt.AlignCenter, Qt.Vertical, Qt.ToolButtonTextBesideIcon, Qt.RightArrow, Qt.PlainText."""
_INSTANT_POPUP = QToolButton.ToolButtonPopupMode.InstantPopup
_LIST_SHARE = 550
_SCHEMES = {"light": 1, "dark": 2}
"""Qt.ColorScheme's numbers."""


class FirstSight:
    """Fills a window that is about to be shown."""

    def __init__(self, window: QMainWindow, server: str, list_share: int = 0) -> None:
        """`server` is the name of the server that is going to be connected to."""
        self._window = window
        self._entered: str | None = None
        self.entered_now: Callable[[str], None] | None = None
        """Is told of each Enter, once there is somebody who can search."""
        self.field = new_search_field()
        self.field.returnPressed.connect(self._enter)
        # Who quits at once must not be kept waiting, and what is typed next takes the place of what was selected. What
        # any other key does it can't do yet: the window keeps it.
        self._actions: list[QAction] = []
        self._add_action("Ctrl+Q", window.close)
        self._add_action("Ctrl+F", self.field.selectAll)
        window.addToolBar(self._new_tools(server))
        window.setCentralWidget(self._new_body(server, list_share or _LIST_SHARE))
        window.setStatusBar(self._new_foot())
        self.field.setFocus()

    @property
    def entered(self) -> str | None:
        """What was typed when Enter was pressed last; None before that."""
        return self._entered

    def hand_over(self, field: QLineEdit) -> None:
        """Have `field` go on where the reader is, and go: the parts come into the place of the pictures of them."""
        QGuiApplication.inputMethod().commit()  # a word that is being composed is kept as far as it is
        if field.text() != self.field.text():
            field.selectAll()
            field.insert(self.field.text())
        field.setCursorPosition(self.field.cursorPosition())
        if self.field.hasSelectedText():
            field.setSelection(self.field.selectionStart(), self.field.selectionLength())
        self._window.removeToolBar(self._tools)
        self._tools.deleteLater()
        for action in self._actions:
            self._window.removeAction(action)
            action.deleteLater()

    def _add_action(self, keys: str, act: Callable[[], object]) -> None:
        action = QAction(self._window)
        action.setProperty("shortcut", keys)
        action.triggered.connect(act)
        self._window.addAction(action)
        self._actions.append(action)

    def _enter(self) -> None:
        self._entered = self.field.text()
        if self.entered_now is not None:
            self.entered_now(self._entered)

    # The pictures of the parts

    def _new_tools(self, server: str) -> QToolBar:
        tools = self._tools = QToolBar()
        tools.setObjectName("firstSightTools")
        tools.setMovable(False)
        tools.setProperty("toolButtonStyle", _BESIDE_ICON)
        words = QCoreApplication.translate("ServerMenu", "{server}: connecting…")
        tools.addWidget(_menu_button("server", words.format(server=server).replace("&", "&&")))
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        tools.addWidget(spacer)
        for name, text in (
            ("refresh", QCoreApplication.translate("WindowActions", "Refresh")),
            ("export", QCoreApplication.translate("WindowActions", "Export")),
            ("print", QCoreApplication.translate("WindowActions", "Print")),
        ):
            action = QAction(text, tools)
            action.setIcon(_icon(name, QIcon.Mode.Disabled))
            action.setEnabled(False)
            tools.addAction(action)
        tools.addWidget(_menu_button("help", QCoreApplication.translate("Tools", "Help")))
        return tools

    def _new_body(self, server: str, list_share: int) -> QSplitter:
        body = QSplitter()
        body.setObjectName("firstSight")
        search, chart = self._new_search(server), _new_chart(list_share)
        search.setMinimumWidth(380)
        chart.setMinimumWidth(480)
        body.addWidget(search)
        body.addWidget(chart)
        body.setStretchFactor(0, 1)
        body.setStretchFactor(1, 4)
        body.setSizes([390, 890])
        return body

    def _new_search(self, server: str) -> QWidget:
        search = QWidget()
        layout = QVBoxLayout(search)
        layout.setContentsMargins(8, 0, 4, 4)
        question = QVBoxLayout()
        question.setContentsMargins(0, 8, 0, 0)
        question.addWidget(self.field)
        how_to = QCoreApplication.translate("fhir", "Type a name, date of birth, MRN, phone number or e-mail")
        question.addWidget(_label(how_to))
        form = QToolButton()
        form.setText(QCoreApplication.translate("SearchQuestion", "Separate fields"))
        form.setAutoRaise(True)
        form.setProperty("arrowType", _RIGHT_ARROW)
        form.setProperty("toolButtonStyle", _BESIDE_ICON)
        question.addWidget(form)
        layout.addLayout(question)
        title = QCoreApplication.translate("Search", "Connecting…")
        layout.addWidget(_message("loading", title, server, QCoreApplication.translate("Search", "Cancel")), 1)
        return search

    def _new_foot(self) -> QStatusBar:
        foot = QStatusBar()
        activity = _label(QCoreApplication.translate("StatusLine", "Connecting…"))
        activity.setWordWrap(False)
        progress = QProgressBar()
        progress.setMaximumWidth(200)
        progress.setTextVisible(False)
        progress.setRange(0, 0)
        note = QLabel()
        note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        foot.addWidget(activity)
        foot.addWidget(progress)
        foot.addWidget(QPushButton(QCoreApplication.translate("StatusLine", "Cancel")))
        foot.addWidget(note, 1)
        return foot


def new_search_field() -> QLineEdit:
    """The field in which a patient is looked for."""
    field = QLineEdit()
    field.setObjectName("searchField")
    field.setAccessibleName(QCoreApplication.translate("SearchQuestion", "Find a patient"))
    takes = QCoreApplication.translate("SearchQuestion", "Name, date of birth, MRN, phone or e-mail")
    field.setPlaceholderText(takes)
    field.setClearButtonEnabled(True)
    magnifier = field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
    magnifier.setProperty(ICON_NAME, "search")
    magnifier.setIcon(_icon("search", QIcon.Mode.Normal))
    field.setMaxLength(300)
    return field


def lay_colours(appearance: str) -> None:
    """The colours that `theme.apply` is going to lay, as far as it can be told in a moment."""
    QGuiApplication.styleHints().setProperty("colorScheme", _SCHEMES.get(appearance, 0))
    told = QGuiApplication.palette()
    of_nobody = (told.window().color().name(), told.highlight().color().name()) == ("#efefef", "#308cc6")
    QApplication.setPalette(laid_palette(dark=appearance == "dark") if of_nobody else QPalette())


def _new_chart(list_share: int) -> QWidget:
    """No patient is open."""
    no_patient = QCoreApplication.translate("ProcedurePane", "No patient is open")
    what_to_do = QCoreApplication.translate("ProcedurePane", "Find a patient on the left and press Enter.")
    above, below = QWidget(), _message("procedure", QCoreApplication.translate("DetailPane", "No procedure to show"))
    beside = QVBoxLayout(above)
    beside.setContentsMargins(0, 4, 0, 0)
    beside.addWidget(_message("procedure", no_patient, what_to_do))
    division = QSplitter()
    division.setProperty("orientation", _VERTICAL)
    division.addWidget(above)
    division.addWidget(below)
    division.setSizes([list_share, 1_000 - list_share])
    chart = QWidget()
    layout = QVBoxLayout(chart)
    layout.setContentsMargins(4, 8, 8, 4)
    layout.addWidget(division)
    return chart


def _message(icon: str, title: str, text: str = "", button: str = "") -> QWidget:
    """As a `Pane` shows one."""
    message = QWidget()
    layout = QVBoxLayout(message)
    layout.setContentsMargins(24, 12, 24, 12)
    layout.addStretch(1)
    picture = QLabel()
    picture.setProperty("alignment", _CENTRE)
    picture.setPixmap(pixmap(icon, 40, message.devicePixelRatioF()))
    layout.addWidget(picture)
    heading = _label(title)
    font = QFont(heading.font())
    font.setBold(True)
    font.setPointSizeF(font.pointSizeF() * 1.15)
    heading.setFont(font)
    layout.addWidget(heading)
    if text:
        layout.addWidget(_label(text))
    layout.addSpacing(4)
    for label in message.findChildren(QLabel):
        label.setProperty("alignment", _CENTRE)
    if button:
        row = QHBoxLayout()
        row.addStretch(999)  # where one pixel is left over, it is left over on the right, as where a layout centres
        row.addWidget(QPushButton(button))
        row.addStretch(1_001)
        layout.addLayout(row)
    layout.addStretch(2)
    return message


def _label(text: str) -> QLabel:
    label = QLabel()
    label.setProperty("textFormat", _PLAIN)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    label.setText(text)
    return label


def _menu_button(icon: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setIcon(_icon(icon, QIcon.Mode.Normal))
    button.setProperty("toolButtonStyle", _BESIDE_ICON)
    button.setPopupMode(_INSTANT_POPUP)
    button.setMenu(QMenu(button))
    return button


def _icon(name: str, mode: QIcon.Mode) -> QIcon:
    drawn = QIcon()
    for scale in {screen.devicePixelRatio() for screen in QGuiApplication.screens()}:
        drawn.addPixmap(pixmap(name, 24, scale, mode), mode)
    return drawn
