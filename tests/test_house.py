"""House rules that the import linter can't say."""

import ast

from tests.conftest import ROOT

PACKAGE = ROOT / "app" / "procedure_viewer"


def imported_modules(room: str) -> set[str]:
    """Every module that the files of a room import, wherever in the file."""
    modules = set()
    for path in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module)
                modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def test_the_background_knows_qtcore_and_qtnetwork_only() -> None:
    qt = {module.split(".")[1] for module in imported_modules("background") if module.startswith("PySide6.")}
    assert qt
    assert qt <= {"QtCore", "QtNetwork"}


def test_no_path_of_a_machine_and_no_registry_is_committed() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")
