"""`python -m core check`: compare every gradient with central differences and published values."""

from argparse import Namespace, _SubParsersAction

from core.word2vec import gradient_check


def add(commands: _SubParsersAction) -> None:
    """Add the command to a parser."""
    commands.add_parser(
        "check", help="compare gradients with differences and published values"
    ).set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print every check; status 1 if one fails."""
    found = gradient_check.run()
    width = max(len(c.name) for c in found)
    for c in found:
        print(
            f"{'ok ' if c.passed else 'OFF'}  {c.name.ljust(width)}  {c.difference:8.1e} <= "
            f"{c.allowed:.0e}  {c.source}"
        )
    failed = sum(not c.passed for c in found)
    print(f"{len(found) - failed} of {len(found)} checks passed")
    return 1 if failed else 0
