"""Signing in at the window: by browser at two servers, with a pasted address, as a program, and out again."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from procedure_viewer.demo import CLIENT_SECRET, CONFIDENTIAL_CLIENT, PUBLIC_CLIENT
from procedure_viewer.fhir.outcome import Kind
from procedure_viewer.settings.connections import Connection, SignInMethod
from procedure_viewer.ui.access import Standing
from procedure_viewer.ui.secret_dialogs import ClientSecretDialog, TokenDialog
from procedure_viewer.ui.sign_in_dialog import SignInDialog
from procedure_viewer.ui.states import Link, Server
from tests.desk import SEED_PROCEDURE, Desk
from tests.oauth.browser import StandInBrowser, Visit
from tests.oauth.demo_server import RunningDemo
from tests.oauth.django_server import DjangoOAuth


def connection(url: str, client_id: str = PUBLIC_CLIENT, sign_in: SignInMethod = SignInMethod.BROWSER) -> Connection:
    confidential = sign_in is SignInMethod.CLIENT_CREDENTIALS or client_id != PUBLIC_CLIENT
    return Connection("1" * 32, "My clinic", url, sign_in, client_id, confidential=confidential)


def turn_to(desk: Desk, to: Connection) -> None:
    """Turn to a server that wants a sign-in."""
    desk.session.use(Server(to, memory_only=True))
    desk.wait(lambda: desk.session.link is Link.READY)
    assert desk.access.standing is Standing.NEEDED
    assert desk.window.welcome.isVisible()


def dialog_of(desk: Desk, kind: type[QDialog]) -> QDialog:
    desk.wait(lambda: any(dialog.isVisible() for dialog in desk.window.findChildren(kind)))
    return next(dialog for dialog in desk.window.findChildren(kind) if dialog.isVisible())


def press_sign_in(desk: Desk) -> str:
    """Press the button on the page that asks for a sign-in; returns the address that the browser is to open."""
    before = len(desk.browser.opened)
    desk.window.welcome.sign_in.click()
    desk.wait(lambda: len(desk.browser.opened) > before)
    return desk.browser.opened[-1]


@contextmanager
def in_the_browser(desk: Desk, person: StandInBrowser) -> Iterator[Future[Visit]]:
    visit = person.start(press_sign_in(desk))
    yield visit
    desk.wait(visit.done)


def sign_in(desk: Desk, person: StandInBrowser) -> None:
    with in_the_browser(desk, person):
        desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    desk.wait(lambda: not any(dialog.isVisible() for dialog in desk.window.findChildren(SignInDialog)))


def test_by_browser_at_the_demo_server(desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser) -> None:
    turn_to(desk, connection(demo_oauth.url))
    with in_the_browser(desk, stand_in_browser) as visit:
        desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    assert "You can close this tab" in visit.result().page
    grant = desk.access.grant
    assert grant is not None
    assert grant.who
    assert grant.person
    assert grant.renews
    assert not grant.kept
    assert grant.who in desk.window.signed_in.text()
    desk.read_chart("jones 1980-11-13")
    desk.select(SEED_PROCEDURE)


def test_by_browser_at_django_oauth_toolkit(
    desk: Desk, django_oauth: DjangoOAuth, stand_in_browser: StandInBrowser
) -> None:
    to = Connection("1" * 32, "Django", django_oauth.url, SignInMethod.BROWSER, django_oauth.public_client)
    turn_to(desk, to)
    sign_in(desk, stand_in_browser)
    desk.find("jones")
    assert desk.session.found.patients


def test_a_confidential_client_at_django_oauth_toolkit(
    desk: Desk, django_oauth: DjangoOAuth, stand_in_browser: StandInBrowser
) -> None:
    to = Connection(
        "1" * 32, "Django", django_oauth.url, SignInMethod.BROWSER, django_oauth.confidential_client, confidential=True
    )
    turn_to(desk, to)
    desk.window.welcome.sign_in.click()
    dialog = dialog_of(desk, ClientSecretDialog)
    assert isinstance(dialog, ClientSecretDialog)
    QTest.keyClicks(dialog.field, django_oauth.client_secret)
    dialog.sign_in.click()
    desk.wait(lambda: bool(desk.browser.opened))
    visit = stand_in_browser.start(desk.browser.opened[-1])
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    desk.wait(visit.done)
    desk.find("jones")
    assert desk.session.found.patients


def test_the_address_can_be_pasted(desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser) -> None:
    turn_to(desk, connection(demo_oauth.url))
    redirect = stand_in_browser.redirect_of(press_sign_in(desk))
    dialog = dialog_of(desk, SignInDialog)
    assert isinstance(dialog, SignInDialog)
    dialog.paste.click()
    dialog.address.setText("http://127.0.0.1:1/callback?code=injected&state=another")
    dialog.ok.click()
    desk.wait(lambda: dialog.problem.isVisible())
    assert "another sign-in" in dialog.problem.text()
    dialog.address.setText(redirect)
    dialog.ok.click()
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)


def test_who_presses_deny_is_told_and_may_try_again(
    desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection(demo_oauth.url))
    stand_in_browser.allows = False
    with in_the_browser(desk, stand_in_browser):
        desk.wait_for_error()
    error = desk.window.errors.current
    assert error is not None
    assert error.problem.kind is Kind.SIGN_IN
    assert "access_denied" in error.server_words.text()
    assert desk.access.standing is Standing.NEEDED
    stand_in_browser.allows = True
    before = len(desk.browser.opened)
    error.accept()
    desk.wait(lambda: len(desk.browser.opened) > before)
    visit = stand_in_browser.start(desk.browser.opened[-1])
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    desk.wait(visit.done)


def test_giving_up_leaves_the_window_as_it_was(desk: Desk, demo_oauth: RunningDemo) -> None:
    turn_to(desk, connection(demo_oauth.url))
    press_sign_in(desk)
    dialog_of(desk, SignInDialog).reject()
    desk.wait(lambda: desk.access.standing is Standing.NEEDED)
    assert desk.window.errors.current is None
    press_sign_in(desk)  # and it can begin anew
    dialog_of(desk, SignInDialog).reject()
    desk.wait(lambda: desk.access.standing is Standing.NEEDED)


def test_without_a_browser_that_is_said(desk: Desk, demo_oauth: RunningDemo) -> None:
    desk.browser.is_there = False
    turn_to(desk, connection(demo_oauth.url))
    press_sign_in(desk)
    dialog = dialog_of(desk, SignInDialog)
    assert isinstance(dialog, SignInDialog)
    assert "No browser" in dialog.problem.text()
    dialog.reject()
    desk.wait(lambda: desk.access.standing is Standing.NEEDED)


def test_the_program_itself_signs_in(desk: Desk, demo_oauth: RunningDemo) -> None:
    turn_to(desk, connection(demo_oauth.url, CONFIDENTIAL_CLIENT, SignInMethod.CLIENT_CREDENTIALS))
    desk.window.welcome.sign_in.click()
    dialog = dialog_of(desk, ClientSecretDialog)
    assert isinstance(dialog, ClientSecretDialog)
    QTest.keyClicks(dialog.field, CLIENT_SECRET)
    dialog.sign_in.click()
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    assert "no person identified" in desk.window.signed_in.text()
    desk.read_chart("jones 1980-11-13")


def test_a_pasted_token(desk: Desk, demo_oauth: RunningDemo) -> None:
    turn_to(desk, connection(demo_oauth.url, "", SignInMethod.TOKEN))
    desk.window.welcome.sign_in.click()
    dialog = dialog_of(desk, TokenDialog)
    assert isinstance(dialog, TokenDialog)
    QTest.keyClicks(dialog.field, "demo")
    dialog.sign_in.click()
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    desk.read_chart("jones 1980-11-13")


def test_a_refused_refresh_ends_in_one_dialog_and_goes_on_where_it_was(
    desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    desk.read_chart("jones 1980-11-13")
    desk.select(SEED_PROCEDURE)
    demo_oauth.switches.refuse_refreshes = True
    demo_oauth.switches.revoke_access_tokens()
    desk.session.reload_chart()
    desk.window.search.search_for("jones")
    desk.wait_for_error()
    error = desk.window.errors.current
    assert error is not None
    assert error.problem.kind is Kind.SIGNED_OUT
    desk.wait(lambda: not desk.session.busy)
    assert desk.window.errors._waiting == []
    demo_oauth.switches.refuse_refreshes = False
    before = len(desk.browser.opened)
    error.accept()
    desk.wait(lambda: len(desk.browser.opened) > before)
    visit = stand_in_browser.start(desk.browser.opened[-1])
    desk.wait(lambda: desk.access.standing is Standing.SIGNED_IN)
    desk.wait(visit.done)
    desk.wait(lambda: desk.session.selected is not None)
    assert desk.session.selected is not None
    assert desk.session.selected.id == SEED_PROCEDURE
    desk.wait(lambda: len(desk.session.found.patients) == 3)


def test_an_expired_token_is_renewed_and_nobody_notices(
    desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    for _ in range(3):
        demo_oauth.switches.revoke_access_tokens()
        desk.read_chart("jones 1980-11-13")
    assert demo_oauth.switches.refreshes == 3
    assert desk.window.errors.current is None


def test_signing_out_shows_nothing_any_more(
    desk: Desk, demo_oauth: RunningDemo, stand_in_browser: StandInBrowser
) -> None:
    turn_to(desk, connection(demo_oauth.url))
    sign_in(desk, stand_in_browser)
    desk.read_chart("jones 1980-11-13")
    desk.window.signed_in.sign_out.trigger()
    assert desk.session.chart is None
    desk.wait(lambda: desk.access.standing is Standing.NEEDED)
    assert desk.window.welcome.isVisible()
    assert desk.access.grant is None
    assert not desk.session.recent
    field = desk.window.search.field
    field.undo()
    assert field.text() == ""  # somebody else may sign in
    desk.window.search.search_for("jones")
    desk.wait_for_error()
    assert desk.window.errors.current is not None
    assert desk.window.errors.current.problem.kind is Kind.SIGNED_OUT
