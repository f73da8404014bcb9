"""The command line: `python -m core corpora | train CORPUS_OR_PATH --out DIR | check`."""
import argparse
import os
import signal
import sys
import time

from core import check, corpora, export, training
from core.errors import UserError
from core.optimizers import OPTIMIZERS
from core.settings import TextSettings, TrainSettings, knobs
from core.settings import check as check_settings


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line on stderr."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments=None):
    """Run one command; returns the exit status: 0, 1 if a check failed, 2 for a mistake of the user, 130 for Ctrl-C."""
    parser = OneLineParser(prog="python -m core", description="word2vec in NumPy, on the command line.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command", parser_class=OneLineParser)
    commands.add_parser("corpora", help="list the texts to train on").set_defaults(run=list_corpora)
    commands.add_parser("check", help="compare gradients with differences and published values").set_defaults(run=run_checks)
    _add_train(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except UserError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\n{parser.prog}: stopped; nothing was written.", file=sys.stderr)
        return 130
    except BrokenPipeError:                                             # `| head`: whoever read us has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _add_train(commands):
    command = commands.add_parser("train", help="train word2vec and write its vectors")
    command.add_argument("corpus", metavar="CORPUS_OR_PATH", help="a name from `corpora`, or a .txt, .csv or .tsv file")
    command.add_argument("--out", required=True, metavar="DIR", help="folder for vectors.txt, context.txt and run.json")
    for settings in (TextSettings, TrainSettings):
        for name, field in knobs(settings).items():
            if name != "corpus":
                choices = field.metadata["choices"] or (tuple(OPTIMIZERS) if name == "optimizer" else None)
                command.add_argument("--" + name.replace("_", "-"), type=field.type, default=field.default,
                                     choices=choices, metavar=None if choices else name.upper(),
                                     help=f"{field.metadata['help']} (default {field.default})")
    command.set_defaults(run=train)


def list_corpora(options):
    """Print the registry as a table."""
    columns = "name", "language", "kind", "groups", "licence", "obtained"
    rows = [columns, *([getattr(entry, c) for c in columns] for entry in corpora.registry().values())]
    widths = [max(len(row[k]) for row in rows) for k in range(len(columns))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def run_checks(options):
    """Print every check; status 1 when one is off."""
    found = check.run()
    width = max(len(c.name) for c in found)
    for c in found:
        print(f"{'ok ' if c.passed else 'OFF'}  {c.name.ljust(width)}  {c.difference:8.1e} <= {c.allowed:.0e}  {c.source}")
    failed = sum(not c.passed for c in found)
    print(f"{len(found) - failed} of {len(found)} checks passed")
    return 1 if failed else 0


def train(options):
    """Train with a progress bar on stderr, then write the files."""
    text = check_settings(TextSettings(**{name: getattr(options, name) for name in knobs(TextSettings)}))
    settings = check_settings(TrainSettings(**{name: getattr(options, name) for name in knobs(TrainSettings)}))
    export.check_writable(options.out)
    corpus = corpora.load(text)
    for note in corpus.notes:
        print(note, file=sys.stderr)
    print(f"{corpus.sentences:,} sentences, {corpus.tokens:,} tokens, {len(corpus.words):,} words in the vocabulary "
          f"({corpus.coverage:.1%} of the tokens)", file=sys.stderr)
    started, run = time.perf_counter(), None
    for news in training.train(corpus, settings):
        if isinstance(news, training.Run):
            run = news
        elif not isinstance(news, training.References):
            _show_progress(news, time.perf_counter() - started)
    print(file=sys.stderr)
    if run.diverged:
        print(f"The loss ran away by epoch {run.diverged:.2f}: the learning rate is too high. "
              "The last vectors before that are written.", file=sys.stderr)
    export.write(options.out, corpus, text, run)
    _, loss, shuffled = run.curve[-1]
    print(f"loss per pair {loss:.4f} (start {run.references.at_start:.4f}, ignoring the centre word {run.references.without_centre:.4f}, "
          f"shuffled centres {shuffled:.4f}); {run.seconds:.1f} s; written to {options.out}", file=sys.stderr)
    return 0


def _show_progress(news, seconds):
    filled = round(30 * news.done)
    left = f"{seconds * (1 - news.done) / news.done:5.1f} s left" if news.done else ""
    loss = f"  loss {news.loss:.4f}" if isinstance(news, training.Snapshot) else " " * 14
    print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {news.done:4.0%}{loss}  {left}   ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
