"""Draws the growth of `growth`; runs in the environment of matplotlib, where nothing of the project is.

`python plotting.py FILE` reads [[name, unit, [sizes], [costs], exponent], ...] from standard input, and writes FILE.
"""

import json
import sys
from math import ceil, floor, log10

from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

COLOUR = "#0b6e75"


def main(file: str) -> None:
    """One small picture beside the other."""
    lines = json.load(sys.stdin)
    figure = Figure(figsize=(2.6 * len(lines), 2.4), layout="constrained")
    places = figure.subplots(1, len(lines))
    for place, (name, unit, sizes, costs, exponent) in zip(places, lines, strict=True):
        place.loglog(sizes, costs, marker="o", markersize=4, color=COLOUR)
        place.set_title(f"{name}, {unit}\npower {exponent:.2f}", fontsize=9)
        place.tick_params(labelsize=7)
        place.yaxis.set_minor_formatter(NullFormatter())
        place.set_ylim(10 ** floor(log10(min(costs))), 10 ** ceil(log10(max(costs))))
        place.grid(visible=True, which="major", linewidth=0.4)
        place.set_xlabel("procedures", fontsize=8)
    figure.savefig(file, dpi=100)


if __name__ == "__main__":
    main(sys.argv[1])
