"""Rows of a text of JSON: each column knows its character, and what is left out can be told from what is there."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.tables.json_rows import LONGEST_LINE, Piece, Row, displayed, piece_of, pieces_of

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
WORDS = "… {count} more"
LINES = st.text(max_size=40).map(lambda text: text.replace("\n", ""))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(LINES, st.integers(0, 5))
def test_each_character_has_its_column_and_each_column_its_character(line: str, before: int) -> None:
    row = Row((piece_of("x" * before + line, before, before + len(line)),))
    assert row.text == displayed(line)
    assert not any(unicodedata.bidirectional(character) in TURNING for character in row.text)
    for number in range(len(line) + 1):
        column = row.column_of(before + number)
        assert column == units(displayed(line[:number]))
        assert row.offset_of(column, ends=False) == row.offset_of(column, ends=True) == before + number
    for column in range(units(row.text) + 1):
        start, end = row.offset_of(column, ends=False), row.offset_of(column, ends=True)
        assert 0 <= end - start <= 1
        assert row.column_of(start) <= column <= row.column_of(end)


@given(st.integers(0, 9_999))
def test_a_long_line_is_shown_around_where_the_reader_is(focus: int) -> None:
    source = "".join(chr(97 + number % 26) for number in range(10_000))
    row = Row(tuple(pieces_of(source, 0, len(source), focus, WORDS)))
    assert (row.start, row.end) == (0, 10_000)
    assert [piece.end for piece in row.pieces[:-1]] == [piece.start for piece in row.pieces[1:]]
    assert len(row.text) < LONGEST_LINE + 60
    shown = [piece for piece in row.pieces if piece.source is not None and piece.start <= focus < piece.end]
    assert len(shown) == 1
    column = row.column_of(focus)
    assert row.text[column] == source[focus]
    assert row.offset_of(column, ends=False) == focus
    assert row.offset_of(len(row.text), ends=True) == 10_000


def test_words_stand_for_all_that_they_cover() -> None:
    row = Row((piece_of('"a": {\n1\n}', 0, 6), Piece(6, 9, " … "), piece_of('"a": {\n1\n}', 9, 10)))
    assert row.text == '"a": { … }'
    assert row.offset_of(7, ends=False) == 6
    assert row.offset_of(7, ends=True) == 9
    assert row.offset_of(9, ends=False) == 9
    assert row.column_of(7) == 6
