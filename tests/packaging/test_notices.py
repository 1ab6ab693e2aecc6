"""What goes with the program on Windows and macOS: its licences, and what macOS is told."""

import plistlib
from dataclasses import replace

import bundle
import notices
from contents import Ingredient, Part

from tests.conftest import ROOT


def part(name: str, text: str) -> Part:
    return Part(name, "1.0", "MIT", (f"2020 {name}",), (text,), (), f"where {name} comes from")


def test_each_part_has_its_licence_and_where_its_source_is() -> None:
    text = "\n".join(notices.notices([part("One", "terms"), part("Two", "other terms")]))
    for name, terms in (("One", "terms"), ("Two", "other terms")):
        assert (
            f"{name} 1.0\n{notices.RULE}\n\nLicence: MIT\nSource: where {name} comes from\n2020 {name}\n\n{terms}"
            in text
        )


def test_the_licences_of_the_program_and_of_qt_are_there_in_full() -> None:
    text = "\n".join(notices.notices([]))
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").strip() in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3" in text
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3" in text
    assert "may be replaced" in text


def test_terms_that_several_share_are_written_once() -> None:
    text = "\n".join(notices.notices([part("One", "terms of two"), part("Two", "terms of two")]))
    assert text.count("terms of two") == 1
    assert "(the text is the one that stands under One 1.0)" in text


def test_what_is_inside_of_a_part_stands_under_it() -> None:
    whole = replace(part("One", "terms"), ingredients=(Ingredient("crate", "2.0", "MIT OR Apache-2.0", ""),))
    text = "\n".join(notices.notices([whole]))
    assert "terms\nIt has inside, by its makers' own bill of materials:\ncrate 2.0 (MIT OR Apache-2.0)\n" in text


def test_what_macos_is_told_has_the_version() -> None:
    told = bundle.information("1.2.3")
    assert told["CFBundleShortVersionString"] == told["CFBundleVersion"] == "1.2.3"


def test_the_hardened_runtime_is_opened_as_far_as_is_explained() -> None:
    assert plistlib.loads(bundle.ENTITLEMENTS.read_bytes()) == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True
    }
