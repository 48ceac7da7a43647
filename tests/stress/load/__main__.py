"""`python -m tests.stress.load 1000`: that many mentions at once over one unmodified bot; what became of each."""

import argparse
import tempfile
from pathlib import Path

from bot.local_slack import LocalSlack, load_manifest
from index import Library, bundled_statements
from tests.conftest import run_bot
from tests.stress.load.mentions import ask_at_once, channel_names


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mentions", type=int, nargs="?", default=1000)
    parser.add_argument("--channels", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with Library.open(data) as library:
            for path in bundled_statements():
                library.add(path)
        names = channel_names(arguments.channels)
        with (
            LocalSlack(load_manifest(), more_channels=names) as slack,
            run_bot(slack, data, Path(folder) / "log", VERBATIM_LOG_LEVEL="INFO") as bot,
        ):
            slack.wait_connected(120)
            figures = ask_at_once(slack, arguments.mentions, names, process_id=bot.process.pid)
            print(figures)  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
