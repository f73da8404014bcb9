"""`python -m core fetch NAME`: download a real text and check it; its name is then a corpus."""

import argparse
import sys
from argparse import _SubParsersAction

from core.texts import downloads
from core.texts.download_catalog import BY_NAME


def add(commands: _SubParsersAction) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("fetch", help="download a real text")
    command.add_argument("name", metavar="NAME", help=", ".join(BY_NAME))
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Download with a progress bar on stderr."""
    for news in downloads.fetch(options.name):
        print(f"\r{options.name}: {news.done:4.0%}", end="", file=sys.stderr, flush=True)
    print(f"\n{options.name} is there: python -m core train {options.name}", file=sys.stderr)
    return 0
