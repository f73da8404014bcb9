"""`python -m core corpora`: the texts there are to train on."""

import argparse
from argparse import _SubParsersAction
from typing import Any

from core.texts import registry


def add(commands: _SubParsersAction) -> None:
    """Add the command to a parser."""
    commands.add_parser("corpora", help="list the texts to train on").set_defaults(run=run)


def run(options: argparse.Namespace) -> Any:
    """Print the registry as a table."""
    columns = "name", "language", "kind", "groups", "license", "obtained"
    rows = [
        columns,
        *([getattr(entry, c) for c in columns] for entry in registry.registry().values()),
    ]
    widths = [max(len(row[k]) for row in rows) for k in range(len(columns))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return 0
