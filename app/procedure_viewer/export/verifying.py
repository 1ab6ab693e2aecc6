"""The command `procedure-viewer verify FILE`: what was found, in words, for a person at a terminal or a script."""

import sys
from collections.abc import Iterator
from pathlib import Path

from procedure_viewer.export.verify import Report, verify
from procedure_viewer.fhir.words import translate


def report_on(path: Path) -> int:
    """Print what holds and what was changed; returns the exit status, 0 where all holds, else 1."""
    report = verify(path)
    about = [translate("export", "The manifest says:"), *(f"  {line}" for line in report.about)] if report.about else []
    lines = [*about, *(_line(finding.holds, finding.text) for finding in report.findings)]
    if report.fingerprint:
        lines.append(
            translate("export", "SHA-256 of the manifest, to compare with one noted elsewhere: {sha256}").format(
                sha256=report.fingerprint
            )
        )
    lines += _verdict(report)
    # What a terminal of another code can't show must not keep the rest from being said.
    encoding = sys.stdout.encoding or "utf-8"
    print("\n".join(lines).encode(encoding, "replace").decode(encoding))  # noqa: T201 - the answer to a command line
    return 0 if report.holds else 1


def _line(holds: bool, text: str) -> str:
    return translate("export", "[holds] {text}").format(text=text) if holds else f"[!] {text}"


def _verdict(report: Report) -> Iterator[str]:
    """What it comes to; of what a manifest proves nothing where there was none to compare with."""
    if report.holds:
        yield translate("export", "All of it holds: nothing was changed since the manifest was made.")
    elif report.fingerprint:
        yield translate("export", "It does not hold: see the lines that begin with [!].")
    else:
        yield translate("export", "Whether anything was changed can't be told without a manifest that can be read.")
        return
    yield translate(
        "export",
        "This shows whether the files were changed since the manifest was made, not who made it: whoever can write "
        "both can make a manifest that fits.",
    )
