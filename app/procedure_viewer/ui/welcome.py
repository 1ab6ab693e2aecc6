"""The calm page in the place of the panes, while there is no server to read from yet."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.picture import Picture

WIDEST = 620
"""Device-independent pixels: longer lines are hard to read."""


class Welcome(QStackedWidget):
    """Offers the demo and a connection at the first start, later the sign-in that a connection needs."""

    demo_wanted = Signal()
    connect_wanted = Signal()
    """A server is to be named: one's first connection."""
    sign_in_wanted = Signal()
    another_wanted = Signal()
    """Another server is to be chosen."""

    def __init__(self, *, may_try_demo: bool = True) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self._may_try_demo = may_try_demo
        self.demo = self._button("welcomeDemo", self.tr("Try with demo data"))
        self.demo.clicked.connect(self.demo_wanted)
        self.connect_button = self._button("welcomeConnect", self.tr("Connect to your server"))
        self.connect_button.clicked.connect(self.connect_wanted)
        self.sign_in = self._button("welcomeSignIn", self.tr("Sign in"))
        self.sign_in.clicked.connect(self.sign_in_wanted)
        self.another = self._button("welcomeAnother", self.tr("Choose another server"))
        self.another.clicked.connect(self.another_wanted)
        self.reason = PlainLabel("welcomeReason")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.reason.warn()
        self.title = self._title("welcomeSignInTitle")
        self._first = self._centred(self._new_first_start())
        self._signing_in = self._centred(self._new_sign_in())
        self.addWidget(self._first)
        self.addWidget(self._signing_in)
        self.setFocusProxy(self.connect_button)

    def show_first_start(self) -> None:
        """There is no connection yet."""
        self.setCurrentWidget(self._first)
        self.setFocusProxy(self.connect_button)

    def show_sign_in(self, name: str, reason: str = "") -> None:
        """The connection of that name needs a sign-in; `reason` says why, where there is something to say."""
        self.title.setText(self.tr("Sign in to {name}").format(name=name))
        self.sign_in.setAccessibleName(self.title.text())
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.setCurrentWidget(self._signing_in)
        self.setFocusProxy(self.sign_in)

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(True)  # so that Enter presses it
        button.setMinimumHeight(36)
        return button

    def _title(self, name: str) -> PlainLabel:
        title = PlainLabel(name)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title.emphasise(1.5)
        return title

    def _new_first_start(self) -> QWidget:
        title = self._title("welcomeTitle")
        title.setText(self.tr("Procedure Viewer"))
        purpose = PlainLabel("welcomePurpose")
        purpose.setAlignment(Qt.AlignmentFlag.AlignCenter)
        purpose.setText(self.tr("Find a patient, read what procedures were done, export the ones that matter."))
        about_demo = self._sentence(
            "welcomeAboutDemo", self.tr("Invented patients on this computer: nothing leaves it, and nobody is real.")
        )
        about_server = self._sentence(
            "welcomeAboutServer", self.tr("Your clinic's Canvas instance or any FHIR R4 server, with your own sign-in.")
        )
        choices = QGridLayout()
        choices.setHorizontalSpacing(24)
        choices.setVerticalSpacing(6)
        offers = [(self.connect_button, about_server), (self.demo, about_demo)]
        for column, (button, sentence) in enumerate(offers if self._may_try_demo else offers[:1]):
            choices.addWidget(button, 0, column)
            choices.addWidget(sentence, 1, column)
            choices.setColumnStretch(column, 1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setSpacing(10)
        layout.addWidget(Picture("procedure-viewer", 72))
        layout.addWidget(title)
        layout.addWidget(purpose)
        layout.addSpacing(18)
        layout.addLayout(choices)
        return page

    def _sentence(self, name: str, text: str) -> PlainLabel:
        label = PlainLabel(name)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        label.setText(text)
        return label

    def _new_sign_in(self) -> QWidget:
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.sign_in)
        buttons.addWidget(self.another)
        buttons.addStretch(1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setSpacing(14)
        layout.addWidget(self.reason)
        layout.addWidget(Picture("key", 48))
        layout.addWidget(self.title)
        layout.addLayout(buttons)
        return page

    def _centred(self, page: QWidget) -> QWidget:
        page.setMaximumWidth(WIDEST)
        outer = QWidget()
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(page, 10)
        across.addStretch(1)
        layout = QVBoxLayout(outer)
        layout.addStretch(2)
        layout.addLayout(across)
        layout.addStretch(3)
        return outer
