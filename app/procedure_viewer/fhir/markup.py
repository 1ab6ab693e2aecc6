"""Markup that can do nothing: a few tags without addresses, styles or scripts, put in order and through a sanitiser.

What comes in is tags and text one by one, whatever a server made of them; what comes out nests as XHTML has to, is not
nested deeper than a page can be laid out, and has passed nh3 (Ammonia) with an allow-list that has no attribute but the
number of columns and rows of a cell: without these, values would stand below the heading of others.
"""

import re
from html import escape
from typing import Final

from procedure_viewer.fhir.table_room import MOST_PLACES, TableRoom

_CONTAINERS: Final = frozenset({"div", "blockquote", "dl", "dt", "dd", "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"})
_LISTS: Final = frozenset({"ul", "ol"})
_SECTIONS: Final = frozenset({"thead", "tbody", "tfoot"})
CELLS: Final = frozenset({"td", "th"})
STRUCK: Final = frozenset({"s", "strike", "del"})
_INLINE: Final = frozenset({"b", "strong", "i", "em", "u", "ins", "sub", "sup", "code", "tt", "small", "big"}) | STRUCK
_SINGLE: Final = frozenset({"br", "hr"})
_STRUCTURE: Final = _SECTIONS | {"table", "tr"}
_TABLES: Final = _STRUCTURE | CELLS
BLOCKS: Final = _CONTAINERS | _LISTS | _SINGLE | _STRUCTURE | {"li", "caption"}
"""What begins on a line of its own."""
ALLOWED: Final = _CONTAINERS | _LISTS | _INLINE | _SINGLE | _TABLES | {"li"}
"""Every tag that is ever shown as such."""

_DEEPEST: Final = 24
_MOST_TABLES_WITHIN: Final = 3
_MOST_TABLES: Final = 40
_MOST_CELLS: Final = 500
"""Laying out tables and lists takes its time; what comes after so many cells, or items, stands a row a line below."""
_MOST_ACROSS: Final = 20
_SPAN: Final = re.compile(r"""\b(colspan|rowspan)\s*=\s*["']?\s*(\d{1,2})\b""", re.IGNORECASE)


class Markup:
    """Takes tags and text in order; gives markup."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str] = []
        self._tables = 0
        self._rooms: list[TableRoom] = []
        """Of each table that is open, the innermost last."""
        self._places = 0
        """What the tables took that are closed."""
        self._cells = 0
        self._items = 0

    def write(self, text: str) -> None:
        """Add text, as the characters that it consists of."""
        if not text.strip():
            self._out.append(" " if text and not self._in_structure else "")
            return
        self._make_place()
        self._out.append(escape(text, quote=False))

    def start(self, tag: str, attributes: str = "") -> None:
        """Begin what `tag` stands for, as far as it may; of `attributes`, the numbers of columns and rows count."""
        if tag in _SINGLE:
            self._make_place()
            self._out.append(f"<{tag}>")
        elif tag in CELLS:
            self._start_cell(tag, attributes)
        elif tag in _SECTIONS or tag == "tr":
            self._start_row(tag)
        elif tag == "table":
            self._start_table()
        elif tag == "li":
            self._start_item()
        elif tag in _CONTAINERS or tag in _LISTS:
            self._start_block(tag)
        elif tag in _INLINE and len(self._open) < _DEEPEST:
            self._make_place()
            self._push(tag)
        elif tag in BLOCKS:
            self._break()

    def end(self, tag: str) -> None:
        """End the innermost of its kind, and what was left open in it; one that isn't open ends nothing."""
        if tag in _SINGLE:
            return
        within = self._from_last("table") if tag not in _TABLES else 0
        if tag in self._open[within:]:
            self._pop_to(len(self._open) - 1 - self._open[::-1].index(tag))
        elif tag in BLOCKS:
            self._break()

    def sanitised(self) -> str:
        """All of it, through the sanitiser; "" where nothing would be seen."""
        # Not needed before a narrative is looked at, and it takes a while to load.
        import nh3

        self._pop_to(0)
        spans = {"colspan", "rowspan"}
        return nh3.clean(
            "".join(self._out),
            tags=set(ALLOWED),
            attributes={"td": spans, "th": spans},
            url_schemes=set(),
            link_rel=None,
        ).strip()

    @property
    def _in_structure(self) -> bool:
        """Whether text has no place here: between the cells of a table."""
        return bool(self._open) and self._open[-1] in _STRUCTURE

    def _make_place(self) -> None:
        """Between cells a parser would move text out of its table: it gets a cell of its own."""
        if self._in_structure:
            self._start_cell("td", "")

    def _start_cell(self, tag: str, attributes: str) -> None:
        table = self._from_last("table")
        if not table:
            self._separate()
            return
        rows = [at for at in range(table, len(self._open)) if self._open[at] == "tr"]
        room, found = self._rooms[-1], {name.lower(): int(number) for name, number in _SPAN.findall(attributes)}
        spans = {name: number for name, number in found.items() if 1 < number <= _MOST_ACROSS}
        across, down = spans.get("colspan", 1), spans.get("rowspan", 1) + (not rows)
        if self._cells >= _MOST_CELLS or self._is_full(room, room.places_with_cell(across, down)):
            self._leave_table(table)
            self._separate()
            return
        self._pop_to(rows[0] + 1 if rows else self._end_of_sections(table))
        if not rows:
            self._push("tr")
            room.add_row()
        self._cells += 1
        room.add_cell(across, spans.get("rowspan", 1))
        self._push(tag, "".join(f' {name}="{number}"' for name, number in spans.items()))

    def _start_row(self, tag: str) -> None:
        table = self._from_last("table")
        if not table:
            self._break()
            return
        room = self._rooms[-1]
        if self._cells >= _MOST_CELLS or self._is_full(room, room.places_with_row()):
            self._leave_table(table)
            self._break()
            return
        self._pop_to(self._end_of_sections(table) if tag == "tr" else table)
        self._push(tag)
        if tag == "tr":
            room.add_row()

    def _start_table(self) -> None:
        within = self._open.count("table")
        if self._tables >= _MOST_TABLES or self._cells >= _MOST_CELLS or within >= _MOST_TABLES_WITHIN:
            self._break()
            return
        if self._too_deep(6):
            self._break()
            return
        self._tables += 1
        self._make_place()
        self._end_paragraph()
        self._push("table")
        self._rooms.append(TableRoom())

    def _start_item(self) -> None:
        within = self._from_last("table")
        lists = [at for at in range(within, len(self._open)) if self._open[at] in _LISTS]
        if not lists or self._too_deep(2) or self._items >= _MOST_CELLS:
            self._break()
            self.write("• ")
            return
        self._pop_to(lists[-1] + 1)
        self._items += 1
        self._push("li")

    def _start_block(self, tag: str) -> None:
        if self._too_deep(3):
            self._break()
            return
        self._make_place()
        self._end_paragraph()
        self._push(tag)

    def _end_paragraph(self) -> None:
        """A paragraph has no blocks within."""
        within = self._from_last("table")
        if "p" in self._open[within:]:
            self._pop_to(within + self._open[within:].index("p"))

    def _too_deep(self, room: int) -> bool:
        return len(self._open) + room > _DEEPEST

    def _from_last(self, tag: str) -> int:
        """Where the innermost `tag` has what is in it; 0 when none is open."""
        return len(self._open) - self._open[::-1].index(tag) if tag in self._open else 0

    def _end_of_sections(self, table: int) -> int:
        return table + 1 if len(self._open) > table and self._open[table] in _SECTIONS else table

    def _is_full(self, room: TableRoom, places: int) -> bool:
        """Whether there is no room left for a table to have so many places."""
        return self._places + sum(other.places for other in self._rooms if other is not room) + places > MOST_PLACES

    def _leave_table(self, table: int) -> None:
        """End the innermost table, whose content begins at `table`: text without a cell would stand above it."""
        self._pop_to(table - 1)

    def _push(self, tag: str, attributes: str = "") -> None:
        self._open.append(tag)
        self._out.append(f"<{tag}{attributes}>")

    def _pop_to(self, size: int) -> None:
        while len(self._open) > size:
            tag = self._open.pop()
            if tag == "table":
                self._places += self._rooms.pop().places
            self._out.append(f"</{tag}>")

    def _break(self) -> None:
        if not self._in_structure:
            self._out.append("<br>")

    def _separate(self) -> None:
        if not self._in_structure:
            self._out.append(" | ")
