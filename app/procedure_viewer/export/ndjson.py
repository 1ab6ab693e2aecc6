"""Resources as lines, as in FHIR bulk data. http://hl7.org/fhir/uv/bulkdata/export.html#bulk-data-output-file-requests

A file holds resources of one type and nothing else: it can't say that the list it comes from is incomplete.
"""

_TO_SPACES = bytes.maketrans(b"\r\n", b"  ")


def line_of(raw: bytes) -> bytes:
    """A resource as one line. Valid JSON has line breaks only between its tokens: there they become spaces."""
    return raw.translate(_TO_SPACES) + b"\n"
