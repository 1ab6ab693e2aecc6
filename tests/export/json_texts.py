"""JSON as it may be written, so that what a parser would tidy up is there: spellings of numbers, escapes, names given
twice, blanks anywhere."""

from hypothesis import strategies as st

SPACE = st.text(" \t\r\n", max_size=3)
NUMBERS = st.one_of(
    st.sampled_from(["1.00", "1e400", "-0", "0.1e-999", "12345678901234567890.000", "1E+05", "-1.50e+0"]),
    st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
_ESCAPES = ["\\n", "\\u00e9", "\\u00E9", "\\/", "/", '\\"', "\\\\", "\\u0000", "\\ud83d\\ude00", "\u2028"]
_LONE_SURROGATES = ["\\ud800", "\\uDFFF"]


def strings(*, lone: bool) -> st.SearchStrategy[str]:
    """Strings; `lone`: with one half of a surrogate pair now and then, which most readers refuse."""
    plain = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\')
    characters = st.one_of(plain, st.sampled_from(_ESCAPES + (_LONE_SURROGATES if lone else [])))
    return st.lists(characters, max_size=6).map(lambda parts: f'"{"".join(parts)}"')


@st.composite
def values(draw: st.DrawFn, depth: int = 3, *, lone: bool = True) -> str:
    """A value of at most `depth` levels, with blanks around it."""
    kinds = ["number", "string", "word"] + (["array", "object"] if depth else [])
    match draw(st.sampled_from(kinds)):
        case "number":
            text = draw(NUMBERS)
        case "string":
            text = draw(strings(lone=lone))
        case "word":
            text = draw(st.sampled_from(["true", "false", "null"]))
        case "array":
            text = f"[{','.join(draw(st.lists(values(depth - 1, lone=lone), max_size=3))) or draw(SPACE)}]"
        case _:
            text = draw(objects(depth, lone=lone))
    return draw(SPACE) + text + draw(SPACE)


@st.composite
def objects(draw: st.DrawFn, depth: int = 3, first: str = "", *, lone: bool = True) -> str:
    """An object, with the text `first` as its first members."""
    usual = st.sampled_from(['"note"', '"code"', '"\\u0061"', '"a"', '"resource"', '"entry"'])
    names = st.one_of(usual, strings(lone=lone))
    members = draw(st.lists(st.tuples(names, SPACE, values(depth - 1, lone=lone)), max_size=4))
    told = [f"{name}{space}:{value}" for name, space, value in members]
    return "{" + (",".join([*([first] if first else []), *told]) or draw(SPACE)) + "}"
