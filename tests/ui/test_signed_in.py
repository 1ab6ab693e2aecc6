"""The account menu tells for how long a sign-in lasts as of when it is opened, not as of when it was renewed."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from procedure_viewer.ui import signed_in
from procedure_viewer.ui.signed_in import SignedInButton

NOW = datetime(2026, 11, 25, 23, 50, tzinfo=UTC)


def test_it_says_what_is_true_when_it_is_opened(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [NOW]

    monkeypatch.setattr(signed_in, "datetime", SimpleNamespace(now=lambda: clock[0]))
    button = SignedInButton()
    qtbot.addWidget(button)
    until = NOW + timedelta(minutes=5)
    button.show_grant("Dr. A. Gray", True, until, renews=False, kept=True)
    text = button.details[1].text
    assert text() == f"Until {until.astimezone():%H:%M}"
    clock[0] = NOW + timedelta(days=1)
    button.menu().aboutToShow.emit()
    assert text().startswith("Ended ")
    assert f"{until.astimezone():%d %b %Y %H:%M}" in text()
    assert button.accessibleDescription().startswith("ended ")
    assert button.toolTip() == button.accessibleDescription().partition(";")[0]
