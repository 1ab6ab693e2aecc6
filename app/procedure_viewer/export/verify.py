"""Whether a sealed export is as it was written: offline, from the files alone."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from procedure_viewer.export.changed_records import MOST_TOLD, changes
from procedure_viewer.export.manifest import (
    MANIFEST_IN_FOLDER,
    MANIFEST_SUFFIX,
    MANIFEST_VERSION,
    Manifest,
    SealedFile,
    manifest_of,
    seal_of,
)
from procedure_viewer.fhir.datatypes import as_object, printable
from procedure_viewer.fhir.json_text import NotJson, decode_value
from procedure_viewer.fhir.repeating import repeated_paths
from procedure_viewer.fhir.words import translate

LARGEST_MANIFEST = 64_000_000
"""Bytes; a manifest of 100,000 records has some 13 million."""
LARGEST_COMPARED = 1_000_000_000
"""Bytes of a changed file in which it is still looked for which records were."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and whether it says that something holds."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; `about` is what the manifest says of the export, to be believed as far as it holds."""

    findings: tuple[Finding, ...]
    about: tuple[str, ...] = ()
    fingerprint: str = ""
    """The SHA-256 of the manifest file."""

    @property
    def holds(self) -> bool:
        """Whether everything is as it was sealed."""
        return bool(self.findings) and all(finding.holds for finding in self.findings)


class _NoManifest(Exception):
    """There is none that can be read; the text says why."""


def verify(path: Path) -> Report:
    """Compare an exported file, or folder, with its manifest. `path` is one of the three. Never raises for what the
    files hold or lack."""
    try:
        place = _manifest_for(path)
        content = _read_manifest(place, path)
        manifest = _understood(content)
    except _NoManifest as error:
        return Report((Finding(False, str(error)),))
    findings = [_of_manifest(content, manifest)]
    asked = None if path in (place, place.parent) else path.name
    if asked is not None and asked not in {file.name for file in manifest.files}:
        findings.append(
            Finding(False, _say(translate("export", "The manifest does not name the file “{name}”"), name=asked))
        )
    for file in manifest.files:
        if file.name != asked and _leads_out(place.parent, file.name):
            said = translate("export", "“{name}” is a link that leads out of the folder")
            findings.append(Finding(False, _say(said, name=file.name)))
        else:
            findings.append(_of_file(place.parent, file, manifest.format))
    if place.name == MANIFEST_IN_FOLDER:
        findings += _strangers(place.parent, manifest)
    return Report(tuple(findings), tuple(_about(manifest)), hashlib.sha256(content).hexdigest())


def _say(text: str, **values: str) -> str:
    """Fill in what may be anybody's words: a name with escapes in it must not steer a terminal."""
    return text.format(**{name: printable(value)[:300] for name, value in values.items()})


def _manifest_for(path: Path) -> Path:
    try:
        if path.is_dir():
            return path / MANIFEST_IN_FOLDER
        if path.name.endswith(MANIFEST_SUFFIX) or path.name == MANIFEST_IN_FOLDER:
            return path
        beside = manifest_of(path)
        within = path.with_name(MANIFEST_IN_FOLDER)
        return within if not beside.exists() and within.exists() else beside
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise _unreadable(error) from error
    except ValueError as error:  # no name at all
        raise _NoManifest(translate("export", "This is no path of a file")) from error


def _unreadable(error: OSError) -> _NoManifest:
    reason = error.strerror or type(error).__name__
    return _NoManifest(translate("export", "The manifest can't be read: {reason}").format(reason=reason))


def _read_manifest(place: Path, asked: Path) -> bytes:
    try:
        if not place.is_file():
            raise _NoManifest(_why_none(place, asked))
        if place.stat().st_size > LARGEST_MANIFEST:
            raise _NoManifest(translate("export", "The manifest is too large to be one"))
        return place.read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def _why_none(place: Path, asked: Path) -> str:
    if not asked.exists():
        return _say(translate("export", "There is no file or folder “{name}”"), name=asked.name)
    if asked.is_dir():
        said = translate("export", "There is no “{name}” in this folder: name the exported file itself")
        return _say(said, name=place.name)
    said = translate("export", "There is no manifest “{name}” beside it: the export was not sealed, or not kept whole")
    return _say(said, name=place.name)


def _understood(content: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise _NoManifest(
            translate("export", "The manifest can't be understood: it was changed, or is none")
        ) from error
    if manifest.manifest != MANIFEST_VERSION:
        raise _NoManifest(translate("export", "The manifest is of another version than this program knows"))
    return manifest


def _of_manifest(content: bytes, manifest: Manifest) -> Finding:
    """Whether the manifest is as it was written, members and values alike.

    What stands in it twice is a change, too: readers take the last, and a person reads the first.
    """
    try:
        value = decode_value(content)
        intact = seal_of(as_object(value)) == manifest.seal and not repeated_paths(content, value)
    except (NotJson, msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        intact = False
    if intact:
        return Finding(True, translate("export", "The manifest fits its own seal"))
    return Finding(False, translate("export", "The manifest itself was changed: what it says can't be relied on"))


def _of_file(folder: Path, file: SealedFile, form: str) -> Finding:
    name = file.name
    if not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name or ":" in name:
        return Finding(False, translate("export", "The manifest names a file outside of its folder"))
    path = folder / name
    try:
        if not path.is_file():
            return Finding(False, _say(translate("export", "“{name}” is missing"), name=name))
        if path.stat().st_size == file.bytes and _hash_of(path) == file.sha256:
            return Finding(True, _say(translate("export", "“{name}” is as it was exported"), name=name))
        told = "; ".join(changes(path.read_bytes(), file, form)) if path.stat().st_size <= LARGEST_COMPARED else ""
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Finding(False, _say(translate("export", "“{name}” can't be read: {reason}"), name=name, reason=reason))
    said = translate("export", "“{name}” was changed since it was exported")
    return Finding(False, _say(said, name=name) + (f": {told}" if told else ""))


def _leads_out(folder: Path, name: str) -> bool:
    """Whether what has that name lies elsewhere: whoever made the folder would have files read that are not in it."""
    try:
        path = folder / name
        return path.is_symlink() and path.resolve().parent != folder.resolve()
    except (OSError, ValueError, RuntimeError):  # a link to itself, a name that is none
        return False


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _strangers(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    """Files in the folder that the manifest doesn't name."""
    known = {MANIFEST_IN_FOLDER, *(file.name for file in manifest.files)}
    try:
        others = sorted(path.name for path in folder.iterdir() if path.name not in known)
    except OSError:
        return
    if others:
        names = ", ".join(others[:MOST_TOLD])
        yield Finding(False, _say(translate("export", "In the folder, but not in the manifest: {names}"), names=names))


def _about(manifest: Manifest) -> Iterator[str]:
    patient = manifest.patient
    yield _say(
        translate("export", "Exported {made} by {program} {version}"),
        made=manifest.made,
        program=manifest.program,
        version=manifest.version,
    )
    yield _say(translate("export", "From {server}, read {read}"), server=manifest.server, read=manifest.read or "-")
    yield _say(
        translate("export", "Patient {id}: {name}, born {born}, MRN {mrn}"),
        id=patient.id or "-",
        name=patient.name,
        born=patient.birth_date or "-",
        mrn=patient.mrn or "-",
    )
    yield _say(
        translate("export", "{records} of {listed} records. The list said: {completeness}"),
        records=str(manifest.records),
        listed=str(manifest.listed),
        completeness=manifest.completeness,
    )
