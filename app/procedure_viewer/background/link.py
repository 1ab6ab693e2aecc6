"""The server in use: how it is reached, what it offers, who is signed in there."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from procedure_viewer.background.naming import Naming
from procedure_viewer.background.requests import (
    BrowserWanted,
    Connected,
    Grant,
    GrantChanged,
    NotKept,
    SignIn,
    UseServer,
)
from procedure_viewer.background.secrets import KeyringStore, Secrets
from procedure_viewer.fhir.datatypes import as_object, objects_of, read_human_name, read_reference
from procedure_viewer.fhir.json_text import decode_value
from procedure_viewer.fhir.offer import ServerOffer
from procedure_viewer.fhir.outcome import Failure, Kind, Problem
from procedure_viewer.remote.client import FhirClient
from procedure_viewer.remote.discovery import discover
from procedure_viewer.remote.lookups import Lookups
from procedure_viewer.remote.tokens import (
    Borrowed,
    Credentials,
    MemoryStore,
    NoSignIn,
    TokenKeeper,
    TokenSet,
    TokenStore,
)
from procedure_viewer.remote.transport import Transport
from procedure_viewer.settings.connections import Connection, SignInMethod

if TYPE_CHECKING:
    # Where it is used it is imported: Authlib and joserfc would keep the first search waiting, which may need neither.
    from procedure_viewer.remote.redirect import Redirect
    from procedure_viewer.remote.sign_in import OAuthClient, SignedIn

OFFER_PATIENCE = 3.0
"""Seconds that a search waits for the server to say what it offers; after that it is asked as every server is."""
NAME_PATIENCE = 5.0
"""Seconds that a sign-in waits for the person's name."""
REVOCATION_PATIENCE = 5.0
"""Seconds that a sign-out waits for the server, which may go on without it."""


class Link:
    """One connection while it is in use, in one event loop. Methods raise `Failure`."""

    def __init__(
        self, request: UseServer, transport: Transport, secrets: Secrets, lock: Path, notify: Callable[[object], None]
    ) -> None:
        """`lock` is what windows with the same connection exclude each other by; news go to `notify`."""
        self._connection = request.connection
        self._transport = transport
        self._base_url = str(transport.base.url).rstrip("/")
        self._secrets = secrets
        self._notify = notify
        self._anew = request.anew
        self._has_keyring = self._kept = not request.memory_only and request.token is None
        self._keeper = self._new_keeper(request, lock)
        self._redirect: Redirect | None = None
        self._typed_secret = ""
        self._offer = self._asking()
        credentials: Credentials = self._keeper or NoSignIn()
        self.client = FhirClient(transport, credentials, reads_ahead=request.connection.several_pages)
        self._lookups = Lookups(transport, Borrowed(self._keeper) if self._keeper is not None else NoSignIn())
        self.naming = Naming(self._lookups, self.offer_soon, self._base_url)

    async def connected(self) -> Connected:
        """Take up the sign-in that is kept, if there is one."""
        base_url = self._base_url
        if self._keeper is None:
            return Connected(base_url)
        if self._anew:
            return Connected(base_url, needs_sign_in=True)
        tokens = await self._keeper.load()
        if (
            tokens is None
            and self._connection.sign_in is SignInMethod.CLIENT_CREDENTIALS
            and await self._client_secret()
        ):
            return Connected(base_url, await self.sign_in(SignIn(), lambda _: None))
        if tokens is None:
            return Connected(base_url, needs_sign_in=True)
        return Connected(base_url, self._grant(tokens))

    async def offer(self) -> ServerOffer:
        """What the server says it offers: asked for once, and again where that came to nothing."""
        if self._offer.done() and (self._offer.cancelled() or self._offer.exception()):
            self._offer = self._asking()
        return await asyncio.shield(self._offer)

    async def offer_soon(self) -> ServerOffer | None:
        """The same for a search: None where the server doesn't say it, or not soon."""
        try:
            return await asyncio.wait_for(self.offer(), OFFER_PATIENCE)
        except (TimeoutError, Failure):
            return None

    async def warm_up(self) -> None:
        """Have a connection ready for the next question; nobody hears where that fails."""
        with suppress(Failure):
            await self._transport.warm_up()

    async def sign_in(self, request: SignIn, report: Callable[[object], None]) -> Grant:
        """Sign in in the way of this connection, and keep what comes of it."""
        if self._keeper is None:
            raise Failure(Problem(Kind.SIGN_IN, technical="this server asks for no sign-in"))
        kept = await self._kept_meanwhile(request)
        if kept is not None:
            return self._grant(kept)
        match self._connection.sign_in:
            case SignInMethod.TOKEN:
                tokens = TokenSet(access_token=request.secret, granted_at=datetime.now(UTC).timestamp())
            case SignInMethod.CLIENT_CREDENTIALS:
                tokens = await self._as_program(request.secret, keep=request.keep)
            case _:
                tokens = await self._by_browser(request, report)
        self._kept = self._kept and request.keep
        self._lookups.try_anew()
        try:
            await self._keeper.replace(tokens, keep=self._kept)
        except Failure as failure:
            self._kept = False
            self._notify(NotKept(self._connection.id, failure.problem))
        return self._grant(tokens)

    async def _kept_meanwhile(self, request: SignIn) -> TokenSet | None:
        """What another window has put into the keyring since this one found nothing there."""
        if self._keeper is None or request.again or request.secret or self._keeper.tokens is not None:
            return None
        try:
            return await self._keeper.load()
        except Failure:
            return None  # what then can't be kept either is said when it is there

    def paste(self, text: str) -> None:
        """Take the answer to the sign-in that is waiting for one from a pasted address."""
        from procedure_viewer.remote.redirect import NotOurs

        if self._redirect is None:
            raise Failure(Problem(Kind.SIGN_IN, technical="no sign-in is waiting for an answer"))
        try:
            self._redirect.paste(text)
        except NotOurs as error:
            raise Failure(Problem(Kind.SIGN_IN, technical=str(error))) from error

    async def sign_out(self) -> None:
        """Forget the sign-in, here and in the keyring; and have the server forget it, where it lets itself be told."""
        if self._keeper is None:
            return
        self._typed_secret = ""  # first: it goes also where the keyring doesn't forget
        await self._keeper.sign_out(self._revoke)
        if self._has_keyring:
            # Also what was kept before a sign-in that was not to be kept.
            for account in accounts_of_sign_in(self._connection):
                await self._secrets.delete(account)

    async def close(self) -> None:
        """Close every connection to the server, once no renewal is under way."""
        try:
            if self._keeper is not None and self._keeper.renewals:
                await asyncio.wait(self._keeper.renewals)
        finally:  # also where the program does not wait any longer
            self._offer.cancel()
            await self.naming.close()
            await asyncio.wait({self._offer})
            await self._transport.aclose()

    def _asking(self) -> "asyncio.Task[ServerOffer]":
        asking = asyncio.create_task(discover(self._transport), name="discovery")
        asking.add_done_callback(lambda task: None if task.cancelled() else task.exception())  # marked as seen
        return asking

    def _new_keeper(self, request: UseServer, lock: Path) -> TokenKeeper | None:
        connection = request.connection
        if connection.sign_in is SignInMethod.OPEN and request.token is None:
            return None
        store: TokenStore = MemoryStore(TokenSet(access_token=request.token) if request.token else None)
        # What the program gets for itself it gets again at any time: only its secret is kept.
        if self._kept and connection.sign_in is not SignInMethod.CLIENT_CREDENTIALS:
            store = KeyringStore(self._secrets, connection.account, lock)
        renewable = connection.sign_in in (SignInMethod.BROWSER, SignInMethod.CLIENT_CREDENTIALS)
        return TokenKeeper(
            store, self._renew if renewable else None, on_change=self._tell_change, on_unkept=self._tell_unkept
        )

    async def _renew(self, tokens: TokenSet) -> TokenSet:
        from procedure_viewer.remote.sign_in import renewed

        if not tokens.person:
            return await self._as_program()
        return await renewed(self._transport, await self.offer(), await self._oauth_client(), tokens)

    async def _revoke(self, tokens: TokenSet) -> None:
        """Tell the server, where it lets itself be told and answers soon."""
        from procedure_viewer.remote.sign_in import revoke

        if self._connection.sign_in is SignInMethod.BROWSER:
            with suppress(TimeoutError, Failure):
                async with asyncio.timeout(REVOCATION_PATIENCE):
                    await revoke(self._transport, await self.offer(), await self._oauth_client(), tokens)

    async def _as_program(self, typed: str = "", *, keep: bool = False) -> TokenSet:
        from procedure_viewer.remote.sign_in import by_client_credentials

        client = await self._oauth_client(typed)
        tokens = await by_client_credentials(self._transport, await self.offer(), client)
        await self._keep_secret(typed, keep=keep)
        return tokens

    async def _by_browser(self, request: SignIn, report: Callable[[object], None]) -> TokenSet:
        from procedure_viewer.remote.sign_in import by_browser

        mine: Redirect | None = None

        def show(address: str, redirect: "Redirect") -> None:
            nonlocal mine
            mine = self._redirect = redirect
            report(BrowserWanted(address))

        offer, client = await self.offer(), await self._oauth_client(request.secret)
        try:
            signed_in = await by_browser(self._transport, offer, client, self._base_url, show, again=request.again)
        finally:
            if self._redirect is mine:  # and not that of a sign-in which has taken its place
                self._redirect = None
        await self._keep_secret(request.secret, keep=request.keep)
        tokens = signed_in.tokens
        if not tokens.who:
            tokens = msgspec.structs.replace(tokens, who=await self._name(signed_in))
        return tokens

    async def _name(self, signed_in: "SignedIn") -> str:
        """Who has signed in, as far as the server lets itself be asked: a nicety that no sign-in hangs on."""
        from procedure_viewer.remote.sign_in import name_from_userinfo

        try:
            async with asyncio.timeout(NAME_PATIENCE):
                key = read_reference({"reference": signed_in.fhir_user}).key(self._base_url)
                if key is None:
                    return await name_from_userinfo(self._transport, await self.offer(), signed_in.tokens)
                reader = FhirClient(self._transport, _JustGranted(signed_in.tokens.access_token))
                person = as_object(decode_value(await reader.read(key.type, key.id)))
                names = [read_human_name(name) for name in objects_of(person, "name")]
                return next((name.text or " ".join((*name.prefix, *name.given, name.family)) for name in names), "")
        except (TimeoutError, Failure):
            return ""

    async def _oauth_client(self, typed: str = "") -> "OAuthClient":
        from procedure_viewer.remote.sign_in import OAuthClient

        connection = self._connection
        secret = typed or (await self._client_secret() if _has_secret(connection) else "")
        if _has_secret(connection) and not secret:
            raise Failure(Problem(Kind.SECRET_WANTED))
        return OAuthClient(connection.client_id, secret, connection.scopes, connection.redirect_port)

    async def _client_secret(self) -> str:
        if self._typed_secret or not self._kept:
            return self._typed_secret
        return await self._secrets.get(self._connection.secret_account) or ""

    async def _keep_secret(self, typed: str, *, keep: bool) -> None:
        """Note a client secret that has just proved good; into the keyring it goes only if it may."""
        if not typed:
            return
        self._typed_secret = typed
        if keep and self._kept:
            try:
                await self._secrets.set(self._connection.secret_account, typed)
            except Failure as failure:
                self._tell_unkept(failure.problem)

    def _grant(self, tokens: TokenSet) -> Grant:
        return Grant(
            who=tokens.who,
            person=tokens.person,
            until=datetime.fromtimestamp(tokens.expires_at, UTC) if tokens.expires_at is not None else None,
            renews=bool(tokens.refresh_token) or not tokens.person,
            kept=self._kept,
        )

    def _tell_change(self, tokens: TokenSet | None) -> None:
        self._lookups.try_with_new_token()
        self._notify(GrantChanged(self._connection.id, self._grant(tokens) if tokens is not None else None))

    def _tell_unkept(self, problem: Problem) -> None:
        self._kept = False
        self._notify(NotKept(self._connection.id, problem))


def accounts_of_sign_in(connection: Connection) -> tuple[str, ...]:
    """Where the keyring has what lets one in: the secret of a program that signs in by itself is one's sign-in."""
    if connection.sign_in is SignInMethod.CLIENT_CREDENTIALS:
        return connection.account, connection.secret_account
    return (connection.account,)


class _JustGranted(NoSignIn):
    """A token that is used once, before it is kept: to ask whose it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def current(self) -> str | None:
        return self._token


def _has_secret(connection: Connection) -> bool:
    return connection.confidential or connection.sign_in is SignInMethod.CLIENT_CREDENTIALS
