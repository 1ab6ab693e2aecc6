"""Long texts in pieces: nothing is lost, nothing twice, and each ends where a line does, or a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.printing.block import Paragraph
from procedure_viewer.printing.pieces import LONGEST, MOST_LINES, in_pieces

LONG = {
    "words": "word " * LONGEST,
    "one word": "x" * (2 * LONGEST + 7),
    "lines": "\n".join(map(str, range(3 * MOST_LINES))),
    "empty lines": "\n" * (3 * MOST_LINES),
    "long lines": f"{'word ' * 300}\n" * 9,
}


def test_what_is_short_is_one_piece_as_it_is() -> None:
    paragraphs = [Paragraph("Biopsy", bold=True), Paragraph("Completed", label="Status"), Paragraph("")]
    assert in_pieces(paragraphs) == [paragraphs]
    assert in_pieces([]) == []


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_what_is_long_is_cut_and_its_label_stands_once(text: str) -> None:
    pieces = in_pieces([Paragraph("before"), Paragraph(text, label="Note", bold=True), Paragraph("after")])
    parts = [part for piece in pieces for part in piece]
    assert len(pieces) > 2
    assert [parts[0].text, parts[-1].text] == ["before", "after"]
    note = parts[1:-1]
    assert "".join(part.text for part in note) == "\n".join(text.splitlines())
    assert [part.label for part in note] == ["Note"] + [""] * (len(note) - 1)
    assert [part.goes_on for part in note] == [False] + [True] * (len(note) - 1)
    assert all(part.bold for part in note)
    for piece in pieces:
        assert sum(len(part.text) for part in piece) <= LONGEST
        assert sum(part.text.count("\n") for part in piece) <= MOST_LINES
    if " " in text:
        assert all(part.text.endswith((" ", "\n")) for part in note[:-1])


@given(st.lists(st.text("ab \n\r\u2028", max_size=9).map(lambda text: text * 700), max_size=4))
def test_nothing_is_lost(texts: list[str]) -> None:
    parts = [part.text for piece in in_pieces(map(Paragraph, texts)) for part in piece]
    assert "".join(parts) == "".join("\n".join(text.splitlines()) for text in texts)
