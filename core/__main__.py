"""The command line: `python -m core COMMAND`; each command is a module of `core.commands`."""

import argparse
import io
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from core.commands import check, corpora, fetch, grade, judge, sweep, train, vectors
from core.errors import UserError

COMMANDS = corpora, fetch, train, sweep, judge, grade, check, vectors


class OneLineParser(argparse.ArgumentParser):
    """A parser whose error message is one line on stderr."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and exit with status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status.

    0: success, 1: a check failed or a run was given up, 2: a mistake of the user, 130: Ctrl-C,
    141: the reader of the output has closed it.
    """
    parser = OneLineParser(
        prog="python -m core", description="word2vec in NumPy, on the command line."
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="command", parser_class=OneLineParser
    )
    for command in COMMANDS:
        command.add(commands)
    for stream in (sys.stdout, sys.stderr):  # letters that the terminal cannot show become ?
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = parser.parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()  # a pipe that was closed is noticed here, not after the end
        return status
    except UserError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(f"\n{parser.prog}: {str(stop) or 'stopped; nothing was written.'}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `| head` has read enough; closing stdout must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def one_interrupt(seconds: float = 1.0) -> Callable[..., None]:
    """A handler of Ctrl-C that raises KeyboardInterrupt, at most once in so many seconds.

    A key that is held down sends many signals; the second would interrupt the handling of the
    first.
    """
    last = -seconds

    def interrupt(*_: object) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before >= seconds:
            raise KeyboardInterrupt

    return interrupt


if __name__ == "__main__":
    # A shell starts background jobs with Ctrl-C ignored: that stays
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, one_interrupt())
    sys.exit(main())
