"""Rule 21: no cell is run by a spreadsheet, and file names come from sanitised ids, whatever a server sends."""

import csv
import io
import json
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from procedure_viewer.export.formats import Format
from tests.desk import Desk
from tests.servers import ScriptedServer, bundle, by_path, reply

RUN = '=HYPERLINK("http://evil.example","x")'
HOSTILE_ID = "../../etc/=cmd|' /C calc'!A0"


def patient() -> dict[str, object]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"text": RUN, "family": RUN}],
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "+4711"}],
    }


def procedure(number: int, text: str) -> dict[str, object]:
    return {
        "resourceType": "Procedure",
        "id": HOSTILE_ID if number == 0 else f"@{number}",
        "status": text,
        "subject": {"reference": "Patient/p1"},
        "code": {"text": text, "coding": [{"code": text, "display": text, "system": text}]},
        "note": [{"text": text}],
        "performedString": text,
        "outcome": {"text": text},
    }


STARTS = (RUN, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1")


def test_nothing_that_leaves_as_a_table_is_run_and_no_name_leads_elsewhere(desk: Desk, tmp_path: Path) -> None:
    records = [procedure(number, text) for number, text in enumerate(STARTS)]
    answers = {"/Patient": reply(200, bundle([patient()], total=1)), "/Procedure": reply(200, bundle(records, total=8))}
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        dialog = desk.ask_to_export_all()
        for chosen, button in dialog.formats.items():
            button.click()
            assert set(dialog.name.text()) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
            assert not dialog.name.text().startswith((".", "-"))
            if chosen is Format.FILES:
                for name in dialog.preview.text.toPlainText().split("\n"):
                    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        dialog.formats[Format.CSV].click()
        dialog.choose_path(tmp_path / "all.csv")
        with desk.bot.waitSignal(desk.window.exporter.exported, timeout=10_000):
            dialog.accept()
        rows = list(csv.reader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"), newline="")))
        assert len(rows) == 1 + len(STARTS)
        for cell in (cell for row in rows for cell in row):
            assert not cell.lstrip(" \0").startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")), cell
        desk.window.copying.copy_rows()
        copied = QGuiApplication.clipboard().text()
        assert len(copied.split("\n")) >= len(STARTS)
        for cell in (cell for line in copied.split("\n") for cell in line.split("\t")):
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")), cell


def test_one_record_with_a_hostile_id_is_exported_as_it_came(desk: Desk, tmp_path: Path) -> None:
    answers = {
        "/Patient": reply(200, bundle([patient()], total=1)),
        "/Procedure": reply(200, bundle([procedure(0, "x")], total=1)),
    }
    with ScriptedServer(by_path(answers)) as server:
        desk.connect(server.url)
        desk.find("common")
        desk.session.open(desk.session.found.patients[0])
        desk.wait_for_chart()
        desk.window.procedures.view.selectRow(0)
        desk.window.actions_by_name["export"].trigger()
        dialog = desk.export_dialog()
        assert dialog is not None
        name = dialog.name.text()
        assert "/" not in name
        assert ".." not in Path(name).parts
        dialog.choose_path(tmp_path / name)
        with desk.bot.waitSignal(desk.window.exporter.exported, timeout=10_000):
            dialog.accept()
        assert json.loads((tmp_path / name).read_bytes())["id"] == HOSTILE_ID
