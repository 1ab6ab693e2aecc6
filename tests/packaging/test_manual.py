"""The manual page and the program's own list of options say the same."""

import argparse
import re

from procedure_viewer.__main__ import _parser
from procedure_viewer.settings.folder import FOLDER_VARIABLE
from procedure_viewer.settings.machine import policy_path
from tests.conftest import ROOT

PAGE = (ROOT / "packaging/debian/procedure-viewer.1").read_text(encoding="utf-8").replace(r"\-", "-")


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The whole command line, "" for what has no command."""
    whole = _parser()
    (commands,) = (action for action in whole._actions if isinstance(action, argparse._SubParsersAction))
    return {"": whole, **commands.choices}


def options() -> set[str]:
    return {
        option
        for parser in parsers().values()
        for action in parser._actions
        for option in action.option_strings
        if action.help != argparse.SUPPRESS
    }


def test_each_option_has_an_entry_and_each_entry_is_an_option() -> None:
    entries = re.findall(r"^\.TP\n\.(?:B|BI|BR) (.*)$", PAGE, re.MULTILINE)
    described = {word.strip('",') for entry in entries for word in entry.split() if word.strip('",').startswith("-")}
    assert described - {"--demo", "--tour"} == options() - {"--demo", "--tour"}
    assert {"--demo", "--tour"} <= described


def test_each_command_and_what_stands_for_its_values_is_named() -> None:
    for command, parser in parsers().items():
        assert command in PAGE
        for action in parser._actions:
            if isinstance(action.metavar, str) and action.metavar:
                assert re.search(rf"\b{action.metavar}\b", PAGE), action.metavar


def test_places_and_variables_are_those_of_the_program() -> None:
    assert FOLDER_VARIABLE in PAGE
    assert str(policy_path()) in PAGE
