"""Paragraphs in pieces of a size that is laid out at once: a note of a megabyte takes seconds in one."""

from collections.abc import Iterable
from dataclasses import replace

from procedure_viewer.printing.block import Paragraph

LONGEST = 3_000
"""Characters of a piece. Laying one out takes a millisecond or two, and ten in a script whose letters join."""
MOST_LINES = 100
"""Line breaks of a piece."""


def in_pieces(paragraphs: Iterable[Paragraph]) -> list[list[Paragraph]]:
    """The same in the same order. A paragraph that is too long for one piece is cut where a line ends, or a word."""
    pieces: list[list[Paragraph]] = []
    size = lines = 0
    for paragraph in paragraphs:
        for part in _cut(paragraph):
            breaks = part.text.count("\n") + 1
            if not pieces or size + len(part.text) > LONGEST or lines + breaks > MOST_LINES:
                pieces.append([])
                size = lines = 0
            pieces[-1].append(part)
            size += len(part.text) + len(part.label)
            lines += breaks
    return pieces


def _cut(paragraph: Paragraph) -> Iterable[Paragraph]:
    text = "\n".join(paragraph.text.splitlines())
    if len(text) <= LONGEST and text.count("\n") < MOST_LINES:
        yield replace(paragraph, text=text) if text is not paragraph.text else paragraph
        return
    start, label = 0, paragraph.label
    while start < len(text):
        stop = _end(text, start)
        yield replace(paragraph, text=text[start:stop], label=label, goes_on=start > 0)
        start, label = stop, ""


def _end(text: str, start: int) -> int:
    """Where a part ends that begins at `start`."""
    stop = min(start + LONGEST, len(text))
    at = start - 1
    for _ in range(MOST_LINES):
        at = text.find("\n", at + 1, stop)
        if at < 0:
            break
    else:
        return at + 1
    if stop == len(text):
        return stop
    for character in "\n ":
        found = text.rfind(character, start + LONGEST // 2, stop)
        if found >= 0:
            return found + 1
    return stop
