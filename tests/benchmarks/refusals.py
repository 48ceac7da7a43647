"""Draw the refusal curves: `python -m tests.benchmarks.refusals CURVES.json PICTURE.png`.

The curves are those that `python -m index.training.ranking FOLDER --curves CURVES.json` writes.
"""

import json
import sys
from pathlib import Path

from index.training.ranking import RefusalCurve
from tests.benchmarks.plots import draw_refusals


def main(curves: Path, picture: Path) -> None:
    """Draw the curves of a file."""
    draw_refusals([RefusalCurve(**curve) for curve in json.loads(curves.read_text(encoding="utf-8"))], picture)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
