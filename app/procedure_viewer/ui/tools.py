"""The bar above everything: which server, who is signed in, what can be done with a procedure, and help."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from procedure_viewer.ui.icons import set_icon
from procedure_viewer.ui.labels import PlainLabel
from procedure_viewer.ui.server_menu import ServerMenu
from procedure_viewer.ui.signed_in import SignedInButton


class Tools(QToolBar):
    """Puts them side by side; that the data are a demo's can't be missed."""

    def __init__(
        self, server_menu: ServerMenu, signed_in: SignedInButton, actions: tuple[QAction, ...], help_menu: QMenu
    ) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Tools"))
        self.setObjectName("toolBar")
        self.setMovable(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addWidget(server_menu)
        self.demo_badge = PlainLabel("demoBadge")
        self.demo_badge.setText(self.tr("Demo data: nobody here is real"))
        self.demo_badge.setWordWrap(False)
        self.demo_badge.emphasise()
        self.demo_badge.warn()
        self._demo = self.addWidget(self.demo_badge)
        self._signed_in = self.addWidget(signed_in)
        self._signed_in.setVisible(False)
        signed_in.shown.connect(self._signed_in.setVisible)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        for action in actions:
            self.addAction(action)
            button = self.widgetForAction(action)
            button.setObjectName(f"{action.objectName().removeprefix('action_')}Button")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt's tool buttons can't be reached by Tab otherwise
        self.addWidget(self._help_button(help_menu))

    def show_demo(self, is_demo: bool) -> None:
        """Say that nobody here is real, or don't."""
        self._demo.setVisible(is_demo)

    def _help_button(self, menu: QMenu) -> QToolButton:
        button = QToolButton()
        button.setObjectName("helpMenu")
        button.setText(self.tr("Help"))
        set_icon(button, "help")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
