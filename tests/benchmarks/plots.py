"""The pictures of the README. Drawn on white, so that they read the same on a dark page and on a light one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from matplotlib.transforms import Bbox

from index.training.ranking import RefusalCurve

OURS = "#0b6e4f"
OTHERS = "#5c6773"
SERIES = (OURS, "#c4560a", "#3d5a98", "#8a3b8f")
_PAPER = "#ffffff"
_INK = "#24292f"
_RULE = "#d8dee4"
SIZE_INCHES = (8.0, 4.6)
DOTS_PER_INCH = 150

STYLE: dict[Any, Any] = {
    "axes.edgecolor": _RULE,
    "axes.facecolor": _PAPER,
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": _INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "figure.facecolor": _PAPER,
    "font.size": 10,
    "grid.color": _RULE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}

_PIXELS_PER_POINT = DOTS_PER_INCH / 72

# Where a label may stand, in points from its dot and as the share of its width that lies left of that; nearest first.
_PLACES = (
    (10, 0, 0.0),
    (-10, 0, 1.0),
    *(
        (x, y, left)
        for away in range(16, 120, 14)
        for y in (away, -away)
        for x, left in ((0, 0.5), (6, 0.0), (-6, 1.0), (30, 0.0), (-30, 1.0))
    ),
)


@dataclass(frozen=True, slots=True)
class Dot:
    """A library: its name, the median time of a question in milliseconds, and its quality in [0, 1]."""

    label: str
    milliseconds: float
    quality: float


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing over growing numbers of passages."""

    label: str
    passages: Sequence[int]
    values: Sequence[float]


def draw_peers(dots: Sequence[Dot], target: Path, *, quality: str = "nDCG@10") -> None:
    """Draw quality against the time of a question, each library a labelled dot."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
        axes = figure.subplots()
        axes.set_title(f"{quality} and the time of a question: up and to the left is better")
        axes.set_xscale("log")
        axes.set_xlabel("median time of a question, milliseconds")
        axes.set_ylabel(quality)
        axes.grid(visible=True, which="major")
        _count_in_full(axes.xaxis)
        # Room for labels on both sides.
        axes.set_xlim(min(one.milliseconds for one in dots) / 1.8, max(one.milliseconds for one in dots) * 2.6)
        axes.margins(y=0.25)
        for dot in dots:
            size, color = (110, OURS) if _is_ours(dot) else (60, OTHERS)
            axes.scatter(dot.milliseconds, dot.quality, s=size, color=color, zorder=3)
        # What the axes take up is known when the figure was laid out once.
        figure.draw_without_rendering()
        _label(axes, dots)
        save(figure, target)


def draw_growth(times: Sequence[Line], memory: Sequence[Line], target: Path) -> None:
    """Draw times in milliseconds and memory in MiB over the number of passages, both on logarithmic scales."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(SIZE_INCHES[0] * 1.25, SIZE_INCHES[1]), dpi=DOTS_PER_INCH, layout="constrained")
        panels = ((times, "Time of a question", "milliseconds"), (memory, "Memory", "MiB"))
        for axes, (lines, title, unit) in zip(figure.subplots(1, 2), panels, strict=True):
            axes.set_title(title)
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlabel("passages")
            axes.set_ylabel(unit)
            axes.grid(visible=True, which="major")
            _count_in_full(axes.yaxis)
            axes.xaxis.set_minor_locator(NullLocator())
            for line, color in zip(lines, SERIES, strict=False):
                axes.plot(line.passages, line.values, marker="o", markersize=4, color=color, label=line.label)
            axes.legend()
        save(figure, target)


def _count_in_full(axis: Axis) -> None:
    """Write 1, 2, 5, 10, 20 … along a logarithmic axis, not powers."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_locator(NullLocator())


def _label(axes: Axes, dots: Sequence[Dot]) -> None:
    """Write each dot's name in the first place near it where it covers no other name and no dot."""
    points = axes.transData.transform([(one.milliseconds, one.quality) for one in dots])
    radius = 5 * _PIXELS_PER_POINT
    taken = [Bbox.from_bounds(x - radius, y - radius, 2 * radius, 2 * radius) for x, y in points]
    within = axes.get_window_extent()
    for dot, (dot_x, dot_y) in zip(dots, points, strict=True):
        weight = "bold" if _is_ours(dot) else "normal"
        measured = axes.text(0, 0, dot.label, fontweight=weight)
        width, height = measured.get_window_extent().size
        measured.remove()
        for x, y, left in _PLACES:
            corner = dot_x + x * _PIXELS_PER_POINT - left * width, dot_y + y * _PIXELS_PER_POINT - height / 2
            place = Bbox.from_bounds(*corner, width, height)
            is_inside = within.contains(*place.min) and within.contains(*place.max)
            if is_inside and not any(place.overlaps(one) for one in taken):
                break
        taken.append(place)
        axes.annotate(
            dot.label,
            (dot.milliseconds, dot.quality),
            xytext=(x, y),
            textcoords="offset points",
            ha=("left", "center", "right")[int(2 * left)],
            va="center",
            fontweight=weight,
            color=OURS if _is_ours(dot) else _INK,
            arrowprops=_leader(x, y, left) if y else None,
        )


def _leader(x: int, y: int, left: float) -> dict[str, Any]:
    """Return the look of the line from a label to its dot: from the edge of the label that is nearer."""
    side = left if x else 0.5
    return {"arrowstyle": "-", "color": OTHERS, "linewidth": 0.6, "relpos": (side, 0 if y > 0 else 1), "shrinkA": 0}


def _is_ours(dot: Dot) -> bool:
    return dot.label.startswith("Verbatim")


def save(figure: Figure, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Without the date and version, so that equal figures give equal files.
    figure.savefig(target, metadata={"Software": None})


def draw_refusals(curves: Sequence[RefusalCurve], target: Path) -> None:
    """Draw false answers against wrong refusals, each set a line, with a dot where the product stands."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
        axes = figure.subplots()
        for curve, colour in zip(curves, SERIES, strict=False):
            axes.plot(curve.wrong_refusals, curve.false_answers, color=colour, label=curve.label)
            axes.plot(*curve.chosen, "o", color=colour)
        axes.set_xlim(0, 0.5)
        axes.set_ylim(0, 1)
        axes.set_xlabel("answerable questions that are refused")
        axes.set_ylabel("unanswerable questions that are answered")
        axes.set_title("What refusing costs, on questions not learned from")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
        axes.grid(visible=True)
        axes.legend()
        figure.savefig(target)
