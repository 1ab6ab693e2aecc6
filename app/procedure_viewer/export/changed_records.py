"""Which records of a sealed file are no longer as they were."""

from collections import Counter
from collections.abc import Iterator

from procedure_viewer.export.formats import Format
from procedure_viewer.export.manifest import SealedFile, record_hash
from procedure_viewer.fhir.datatypes import as_object, printable, text_of
from procedure_viewer.fhir.json_text import NotJson, decode_value, items, members
from procedure_viewer.fhir.words import translate

MOST_TOLD = 20
"""Changed records that are named."""


def changes(content: bytes, file: SealedFile, form: str) -> Iterator[str]:
    """What was changed in `content`, in words, where records can be told apart; none of it can steer a terminal."""
    if not file.records:
        return
    try:
        found = [(_id_of(raw), record_hash(raw)) for raw in _records_in(content, form)]
    except NotJson:
        yield translate("export", "it can't be read as JSON any more")
        return
    sealed = [(record.id, record.sha256) for record in file.records]
    gone, come = Counter(sealed) - Counter(found), Counter(found) - Counter(sealed)
    lost, new = [key for key, _ in gone.elements()], [key for key, _ in come.elements()]
    changed = list((Counter(lost) & Counter(new)).elements())
    missing = list((Counter(lost) - Counter(new)).elements())
    added = list((Counter(new) - Counter(lost)).elements())
    for ids, text in (
        (changed, translate("export", "changed: {ids}")),
        (missing, translate("export", "missing: {ids}")),
        (added, translate("export", "added: {ids}")),
    ):
        if ids:
            shown = ", ".join(f"Procedure/{key}" for key in ids[:MOST_TOLD])
            more = translate("export", " and {count} more").format(count=len(ids) - MOST_TOLD)
            yield text.format(ids=printable(shown)[:2_000] + (more if len(ids) > MOST_TOLD else ""))
    if not gone and not come:
        reordered = [key for key, _ in sealed] != [key for key, _ in found]
        yield (
            translate("export", "the records are the same, in another order")
            if reordered
            else translate("export", "the records are the same, what is around them is not")
        )


def _records_in(content: bytes, form: str) -> Iterator[bytes]:
    if form == Format.NDJSON:
        yield from (line for line in content.split(b"\n") if line.strip())
    elif form == Format.BUNDLE:
        for entry in items(members(content).get("entry", b"[]")):
            resource = members(entry).get("resource", b"")
            if text_of(as_object(decode_value(resource)), "resourceType") != "OperationOutcome":
                yield resource
    else:
        decode_value(content)  # raises NotJson
        yield content


def _id_of(raw: bytes) -> str:
    try:
        return text_of(as_object(decode_value(raw)), "id")
    except NotJson:
        return ""
