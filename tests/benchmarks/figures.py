"""What was measured, beside the bare thing, the peers and the mark; as a table of medians.

A part of the benchmarks prints its comparisons as JSON (`told`), and the harness reads them (`understood`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles

import msgspec


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be reached: at most `times` what the bare thing takes, and `more` beyond that in the row's unit."""

    times: float = 0
    more: float = 0
    worst: bool = False
    """Whether it holds for the worst of all runs, not for their median."""

    def limit(self, bare: list[float]) -> float:
        """The number that may not be exceeded."""
        return (self.times * median(bare) if self.times else 0) + self.more

    def words(self, unit: str) -> str:
        """The mark in words: "1.5 x floor", "floor + 20 ms", "at most 50 ms, in every run"."""
        floor = f"{self.times:g} x floor" if self.times not in (0, 1) else "floor" * int(self.times)
        more = f"{self.more:g} {unit}" if self.more else ""
        return " + ".join(filter(None, (floor, more))) + (" in every run" if self.worst else "")


@dataclass(frozen=True, slots=True)
class Series:
    """A number a run, of whatever is named; none where it could not be measured, and then the reason."""

    name: str
    numbers: list[float]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing that the program does beside the bare thing that does the same, a number a run; and the peers."""

    name: str
    ours: list[float]
    bare_name: str = ""
    bare: list[float] = field(default_factory=list)
    mark: Mark | None = None
    peers: tuple[Series, ...] = ()
    unit: str = "ms"
    reason: str = ""
    """Why there is no number of ours."""

    @property
    def figure(self) -> float:
        """The number that the mark is about."""
        return max(self.ours) if self.mark is not None and self.mark.worst else median(self.ours)

    @property
    def verdict(self) -> str:
        """Whether the mark is met; "" where there is none."""
        if self.mark is None:
            return ""
        if not self.ours:
            return "not measured"
        if self.mark.times and not self.bare:
            return "not judged: no floor"
        over = self.figure - self.mark.limit(self.bare)
        limit = self.mark.limit(self.bare)
        return "met" if over <= 0 else f"missed by {over:.3g} {self.unit} ({over / limit:.0%})"

    def rows(self) -> "Iterator[Row]":
        """Ours first, then the bare thing, then each peer."""
        mark = f"{self.mark.words(self.unit)}{self._limit()}" if self.mark is not None else ""
        floor = median(self.bare) if self.bare else None
        yield Row.of(Series(self.name, self.ours, self.reason), self.unit, floor, mark=mark, verdict=self.verdict)
        if self.bare_name:
            yield Row.of(Series(f"  floor: {self.bare_name}", self.bare), self.unit, floor)
        for peer in self.peers:
            yield Row.of(Series(f"  peer: {peer.name}", peer.numbers, peer.reason), self.unit, floor, self.ours)

    def _limit(self) -> str:
        if self.mark is None or not self.mark.times or not self.bare:
            return ""
        return f" = {in_figures(self.mark.limit(self.bare))}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, in words."""

    name: str
    middle: str
    quartiles: str
    runs: str
    to_floor: str = ""
    to_ours: str = ""
    mark: str = ""
    verdict: str = ""

    @classmethod
    def of(
        cls,
        series: Series,
        unit: str,
        floor: float | None,
        ours: Iterable[float] = (),
        *,
        mark: str = "",
        verdict: str = "",
    ) -> "Row":
        """The medians of a series, and how they stand to the floor's and to ours."""
        numbers, others = series.numbers, list(ours)
        if not numbers:
            return cls(series.name, "none", series.reason or "not measured", "0", mark=mark, verdict=verdict)
        middle = median(numbers)
        return cls(
            series.name,
            f"{in_figures(middle)} {unit}",
            _quartiles(numbers),
            str(len(numbers)),
            f"{middle / floor:.2f}" if floor else "",
            f"{middle / median(others):.1f}" if others and median(others) else "",
            mark,
            verdict,
        )

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the columns of `HEAD`."""
        return (
            *(self.name, self.middle, self.quartiles, self.runs),
            *(self.to_floor, self.to_ours, self.mark, self.verdict),
        )


HEAD = ("what", "median", "quartiles", "runs", "x floor", "x ours", "mark", "verdict")


def table(comparisons: Iterable[Comparison]) -> str:
    """All comparisons below one head, for a terminal."""
    lines = [HEAD, *(row.cells for comparison in comparisons for row in comparison.rows())]
    widths = [min(70, max(map(len, column))) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(_padded, line, widths, range(len(line)))).rstrip() for line in lines)


def markdown(comparisons: Iterable[Comparison]) -> str:
    """The same as a table of Markdown."""
    lines = [f"| {' | '.join(HEAD)} |", "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |"]
    for comparison in comparisons:
        for row in comparison.rows():
            name = row.name.replace("  ", "&nbsp;&nbsp;", 1) if row.name.startswith("  ") else f"**{row.name}**"
            lines.append(f"| {' | '.join((name, *row.cells[1:]))} |")
    return "\n".join(lines)


def told(comparisons: Iterable[Comparison]) -> str:
    """The comparisons as JSON, as a part prints them."""
    return msgspec.json.encode(list(comparisons)).decode()


def understood(text: str | bytes) -> list[Comparison]:
    """The comparisons in the last line of what a part printed; raises msgspec.MsgspecError where there are none."""
    lines = (text.encode() if isinstance(text, str) else text).strip().splitlines()
    return msgspec.json.decode(lines[-1] if lines else b"", type=list[Comparison])


def _padded(text: str, width: int, column: int) -> str:
    """Numbers stand to the right."""
    return text.rjust(width) if column in range(1, 6) else text.ljust(width)


def in_figures(number: float) -> str:
    """A number with the three digits that mean something."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _quartiles(numbers: list[float]) -> str:
    if len(numbers) == 1:
        return "one run"
    low, _, high = quantiles(numbers, n=4, method="inclusive")
    return f"{in_figures(low)} to {in_figures(high)}"
