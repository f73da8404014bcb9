"""`python -m core corpora`: list the texts to train on."""

import argparse
from argparse import _SubParsersAction

from core.texts import downloads, registry, text_files
from core.texts.download_catalog import BY_NAME


def add(commands: _SubParsersAction) -> None:
    """Add the command to a parser."""
    commands.add_parser("corpora", help="list the texts to train on").set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the registry as a table, the texts to download, and files that cannot be chosen."""
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
    missing = [s for s in BY_NAME.values() if not downloads.path_of(s).is_file()]
    if missing:
        print("\nto download: python -m core fetch NAME")
    for source in missing:
        print(f"  {source.name.ljust(16)}{source.language}, {source.size}: {source.title}")
    for name in registry.shadowed():
        print(f"data/{text_files.shown(name)} is not used: a text of the program has its name.")
    return 0
