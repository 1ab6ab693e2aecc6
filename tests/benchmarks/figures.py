"""What was measured, as a table of medians."""

from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way of the program beside the bare thing, in milliseconds, a number a run."""

    name: str
    ours: list[float]
    bare_name: str
    bare: list[float]

    def lines(self) -> tuple[str, str]:
        """The two rows of the table."""
        ratio = median(self.ours) / median(self.bare)
        return _line(self.name, self.ours, f"{ratio:8.2f}"), _line(f"  {self.bare_name}", self.bare, f"{1:8.2f}")


def table(comparisons: list[Comparison]) -> str:
    """All comparisons below one head."""
    head = f"{'':58}{'median ms':>10}{'quartiles':>18}{'runs':>6}{'ratio':>8}"
    return "\n".join([head, *(line for comparison in comparisons for line in comparison.lines())])


def _line(name: str, numbers: list[float], ratio: str) -> str:
    low, _, high = quantiles(numbers, n=4)
    return f"{name:58}{median(numbers):10.1f}{f'{low:.1f} to {high:.1f}':>18}{len(numbers):6}{ratio}"
