"""The server that one window talks to: which it is, and how the connection to it stands."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from procedure_viewer.background.gateway import Gateway, Reply
from procedure_viewer.background.requests import Connected, LockUp, Request, Scope, UseServer, WarmUp
from procedure_viewer.fhir.outcome import Problem
from procedure_viewer.ui.states import Link, Server
from procedure_viewer.ui.waiting import Waiting


class ServerInUse(QObject):
    """Connects, and forgets; what was shown of a server is not its business."""

    changed = Signal()
    connected = Signal(object)
    """Connected."""
    failed = Signal(object, object)
    """The request and its Problem."""

    def __init__(self, gateway: Gateway, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting = Waiting(gateway)
        self.server: Server | None = None
        self.base_url = ""
        self.link = Link.NONE
        gateway.succeeded.connect(self._on_succeeded)
        gateway.failed.connect(self._on_failed)
        gateway.cancelled.connect(self._on_cancelled)

    @property
    def busy(self) -> bool:
        """Whether it is being connected to, or locked up."""
        return Scope.CONNECTION in self._waiting

    def is_same(self, server: Server) -> bool:
        """Whether it is the server in use."""
        return self.server is not None and server.connection == self.server.connection

    def connect_to(self, server: Server, *, anew: bool) -> None:
        """Turn to a server; with `anew` a sign-in that is kept is not taken up."""
        self.server, self.base_url, self.link = server, "", Link.CONNECTING
        self._waiting.submit(
            UseServer(
                connection=server.connection,
                address=server.address,
                token=server.token,
                memory_only=server.memory_only,
                anew=anew,
            )
        )
        self.changed.emit()

    def lock_up(self) -> None:
        """What was granted is forgotten, except in the keyring."""
        self.base_url, self.link = "", Link.NONE
        if self.server is not None and not self.server.is_demo:
            self.server = replace(self.server, token=None)  # whoever comes back has it, or asks for another
        self.changed.emit()
        self._waiting.submit(LockUp())

    def warm_up(self) -> bool:
        """Have a connection ready for what is asked next; whether there is a server to which that can be."""
        if self.link is Link.READY:
            self._waiting.submit(WarmUp())
        return self.link is Link.READY

    def forget(self) -> None:
        """No server is in use."""
        self.server = None
        self.changed.emit()

    def cancel(self) -> None:
        """Stop connecting."""
        self._waiting.cancel((Scope.CONNECTION,))

    @Slot(object)
    def _on_succeeded(self, reply: Reply) -> None:
        match self._waiting.settle(reply, None), reply.payload:
            case UseServer(), Connected() as connected:
                self.base_url, self.link = connected.base_url, Link.READY
                self.changed.emit()
                self.connected.emit(connected)

    @Slot(object)
    def _on_failed(self, reply: Reply) -> None:
        request: Request | None = self._waiting.settle(reply, None)
        if request is None or not isinstance(reply.payload, Problem):
            return
        if isinstance(request, UseServer):
            self._miss()
        self.failed.emit(request, reply.payload)

    @Slot(object)
    def _on_cancelled(self, reply: Reply) -> None:
        if isinstance(self._waiting.settle(reply, None), UseServer):
            self._miss()

    def _miss(self) -> None:
        self.link = Link.FAILED
        self.changed.emit()
