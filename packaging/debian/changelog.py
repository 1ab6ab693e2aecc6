"""Debian's changelog, made from the version and the CHANGELOG of the repository."""

import re
import textwrap
from datetime import UTC, datetime
from email.utils import format_datetime

_PRE_RELEASE = re.compile(r"(\d)\.?(a|b|rc|dev)\.?(\d+)")
REVISION = 1
"""How often this version has been packaged."""


def debian_version(version: str) -> str:
    """A version of Python's kind in Debian's: a pre-release comes before the release."""
    ordered = _PRE_RELEASE.sub(r"\1~\2\3", version)
    return f"{ordered}-{REVISION}"


def debian_changelog(version: str, changes: str, maintainer: str, moment: datetime) -> str:
    """One entry: what the CHANGELOG says of the version, or of what is unreleased."""
    lines = [f"procedure-viewer ({debian_version(version)}) stable; urgency=medium", ""]
    for change in _changes(version, changes) or [f"Version {version}."]:
        first, *rest = _wrapped(change)
        lines += [f"  * {first}", *(f"    {line}" for line in rest)]
    stamp = format_datetime(moment.astimezone(UTC))
    return "\n".join([*lines, "", f" -- {maintainer}  {stamp}", ""])


def _changes(version: str, changes: str) -> list[str]:
    """The points of the version's section (Keep a Changelog)."""
    sections = re.split(r"^## ", changes, flags=re.MULTILINE)[1:]
    for wanted in (f"[{version}]", "[Unreleased]"):
        for section in sections:
            if section.startswith(wanted):
                points = re.findall(r"^- (.+(?:\n  .+)*)", section, re.MULTILINE)
                return [" ".join(point.split()) for point in points]
    return []


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 74, break_long_words=False, break_on_hyphens=False)
