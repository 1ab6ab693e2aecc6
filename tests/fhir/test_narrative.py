"""A narrative's words, whatever its markup looks like."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.fhir.narrative import narrative_text

# Pieces that begin or end markup, or look as if they did; no two of the words are alike.
_UNFINISHED = ("<", "</", "<b", "<b and", "</b", "<!", "<!-", "<!--", "<![CDATA[", "<?", "<!DOCTYPE", "&", "&#", "&lt")
_RAW_TEXT = ("<script>", "<style>", "<title>", "<head>", "<textarea>", "<plaintext>", "<xmp>", "<iframe>", "<noscript>")


def words_of(div: str) -> list[str]:
    return re.findall(r"[a-z]+", narrative_text({"text": {"div": div}}))


@pytest.mark.parametrize("opening", [*_UNFINISHED, *_RAW_TEXT])
@pytest.mark.parametrize(
    "rest", ["", " then a complication", " then a complication, x > y", " then</div><p>a complication"]
)
def test_markup_without_an_end_hides_no_words(opening: str, rest: str) -> None:
    shown = words_of(f"<div>done. Patient a{opening}{rest}")
    assert "done" in shown
    assert [word for word in shown if word in {"then", "complication"}] == re.findall("then|complication", rest)


@pytest.mark.parametrize(
    ("div", "shown"),
    [
        ("<div>one <!-- unseen <b>words</b> --> two</div>", ["one", "two"]),
        ("<div>one <!--> two --> three</div>", ["one", "two", "three"]),
        ("<div>one <!-- a -- b --> two</div>", ["one", "a", "b", "two"]),
        ("<div><![CDATA[one <b> two]]> three</div>", ["one", "b", "two", "three"]),
        ("<?xml version='1.0'?><!DOCTYPE html><div>one</div>", ["one"]),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "urn:dtd"><div>one</div>', ["one"]),
        ("<head><title>unseen</title></head><div>one</div>", ["one"]),
        ("<SCRIPT type='x'>if (a < b) unseen()</Script >one", ["one"]),
        ("<script/>one<script>unseen</script>", ["one"]),
        ("<script>one <script>unseen</script> two", ["one", "two"]),
        ('<p title="a > b" class=unquoted>one</p>', ["one"]),
        ("a<b and c> d", ["a", "b", "and", "c", "d"]),
        ("&lt;b&gt; one &amp;amp;", ["b", "one", "amp"]),
    ],
)
def test_only_markup_is_left_out(div: str, shown: list[str]) -> None:
    assert words_of(div) == shown


_word = st.text("klm", min_size=3, max_size=6)
_whole = st.sampled_from(
    ("<p>", "</p>", "<br/>", "<b>", "</b>", '<i class="x">', "<td>", "</textarea>", "-- >", ">", "/>")
)


@given(st.lists(st.tuples(st.sampled_from((*_UNFINISHED, *_RAW_TEXT)) | _whole, _word)))
def test_every_word_outside_of_markup_is_shown(pieces: list[tuple[str, str]]) -> None:
    div = "".join(f"{piece} {word} " for piece, word in pieces)
    assert [word for word in words_of(div) if set(word) <= set("klm")] == [word for _, word in pieces]


@pytest.mark.parametrize(
    "piece", ["<", "<a ", '<a b="', "<a b=c ", "<!--", "<![CDATA[", "<?", "<script>", "<head><title>"]
)
def test_hostile_markup_is_read_to_its_end(piece: str) -> None:
    assert words_of(piece * 50_000 + " end")[-1] == "end"
