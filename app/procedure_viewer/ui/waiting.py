"""Which answers a session still waits for: one ticket a scope, and what was asked with it."""

from collections.abc import Iterable

from procedure_viewer.background.gateway import Gateway, Reply, Ticket
from procedure_viewer.background.requests import Request, Scope


class Waiting:
    """Submits requests and tells the answers that are waited for from those that come too late."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._tickets: dict[Scope, Ticket] = {}
        self._requests: dict[Scope, Request] = {}

    def __contains__(self, scope: Scope) -> bool:
        """Whether an answer is waited for in the scope."""
        return scope in self._tickets

    def submit(self, request: Request) -> None:
        """Ask; the latest wins in its scope."""
        self._requests[request.scope] = request
        self._tickets[request.scope] = self._gateway.submit(request)

    def cancel(self, scopes: Iterable[Scope]) -> None:
        """Ask for what is under way in the scopes to stop; that it has is waited for."""
        for scope in scopes:
            if scope in self._tickets:
                self._tickets[scope].cancel()

    def drop(self, scope: Scope) -> None:
        """Cancel what runs in the scope and forget it: its late answers belong to nobody."""
        ticket = self._tickets.pop(scope, None)
        self._requests.pop(scope, None)
        if ticket is not None:
            ticket.cancel()

    def expects(self, reply: Reply, patient: str | None) -> bool:
        """Whether the reply is waited for, and about the patient whose chart is open, if it is about one."""
        ticket = self._tickets.get(reply.scope)
        if ticket is None or ticket.id != reply.ticket:
            return False
        return reply.patient is None or reply.patient == patient

    def settle(self, reply: Reply, patient: str | None) -> Request | None:
        """The request that a terminal reply answers, taken off the list; None if nobody waits for it any more."""
        if not self.expects(reply, patient):
            return None
        del self._tickets[reply.scope]
        return self._requests.pop(reply.scope)
