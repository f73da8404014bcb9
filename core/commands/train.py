"""`python -m core train CORPUS_OR_PATH --out DIR`: train once and write the vectors."""

import sys
import time
from argparse import Namespace, _SubParsersAction
from dataclasses import dataclass

from core.commands.options import add_knobs, load, tell
from core.settings import TextSettings, TrainSettings, check, knobs
from core.word2vec import export, training

SOON = 5  # seconds of training after which its length is foretold
UNITS = ("hours", 3_600), ("min", 60), ("s", 1)


def add(commands: _SubParsersAction) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("train", help="train word2vec and write its vectors")
    command.add_argument(
        "corpus",
        metavar="CORPUS_OR_PATH",
        help="a name from `corpora`, or a file or folder of texts",
    )
    command.add_argument(
        "--out",
        required=True,
        metavar="DIR",
        help="folder for vectors.txt, context.txt and run.json",
    )
    add_knobs(command)
    command.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Train with a progress bar on stderr, then write the files."""
    text = check(TextSettings(**{name: getattr(options, name) for name in knobs(TextSettings)}))
    settings = check(
        TrainSettings(**{name: getattr(options, name) for name in knobs(TrainSettings)})
    )
    export.check_writable(options.out)
    started = time.perf_counter()
    corpus = load(text)
    tell(corpus)
    print(
        f"{corpus.sentences:,} sentences, {corpus.tokens:,} tokens, {len(corpus.words):,} words "
        f"in the vocabulary ({corpus.coverage:.1%} of the tokens), read in "
        f"{_told(time.perf_counter() - started)}",
        file=sys.stderr,
    )
    watch, run = _Watch(settings.epochs), None
    try:
        for news in training.train(corpus, settings):
            if isinstance(news, training.Run):
                run = news
            elif isinstance(news, training.References):
                if news.seconds:
                    print(f"The sweeps will take about {_told(news.seconds)}.", file=sys.stderr)
            else:
                foretold = watch.seen(news.done, time.perf_counter())
                if foretold:
                    _promise(corpus, settings, foretold)
                _show_progress(news, watch.left)
    finally:
        print(file=sys.stderr)  # end the line of the progress bar
    assert run is not None, "a training ends with its run"
    if run.warning:
        print(f"{run.warning} The last vectors before that are written.", file=sys.stderr)
    export.write(options.out, corpus, text, run)
    found, beside = run.losses, run.references
    some = beside.centers < beside.words
    error = f" +- {found.error:.4f}, from {beside.centers:,} center words," if some else ""
    print(
        f"loss per pair {found.loss:.4f}{error} (all vectors zero {beside.at_start:.4f}, "
        f"ignoring the center word {beside.without_center:.4f}, "
        f"shuffled centers {found.shuffled:.4f}); "
        f"{run.seconds:.1f} s; "
        f"written to {options.out}",
        file=sys.stderr,
    )
    return 0


@dataclass
class _Watch:
    """How long a training takes. Each epoch begins with shuffling its sentences, so the time to the
    first step counts once for each epoch, and the steps are timed from the first one.
    """

    epochs: int
    begun: float | None = None
    first: tuple[float, float] | None = None  # share done and time
    foretold: bool = False
    left: float | None = None  # seconds

    def seen(self, done: float, now: float) -> float:
        """Take in how much is done now; returns the seconds of the whole training once they can be
        foretold, and 0 before and after.
        """
        self.begun = now if self.begun is None else self.begun
        if not done:
            return 0.0
        self.first = self.first or (done, now)
        share, moment = self.first
        if done == share:
            return 0.0
        each, start = (now - moment) / (done - share), moment - self.begun
        self.left = (1 - done) * each + start * int(self.epochs * (1 - done))
        if self.foretold or now - moment < SOON:
            return 0.0
        self.foretold = True
        return now - self.begun + self.left


def _promise(corpus, settings, seconds):
    """Say how long the training will take, from its beginning."""
    epochs = f"{settings.epochs} epochs of " if not settings.iterations else ""
    print(
        f"\rThe training will take about {_told(seconds)}, as its first steps show: {epochs}"
        f"{len(corpus.ids):,} words, {settings.dim} dimensions. The vectors are judged after it.",
        file=sys.stderr,
    )


def _told(seconds):
    """A time in the unit that fits it."""
    unit, size = next((u, s) for u, s in UNITS if seconds >= s or s == 1)
    return f"{seconds / size:.1f} {unit}"


def _show_progress(news, seconds):
    filled = round(30 * news.done)
    left = "" if seconds is None else f"{_told(seconds):>8} left"
    loss = f"  loss {news.loss:.4f}" if isinstance(news, training.Snapshot) else " " * 14
    print(
        f"\r[{'#' * filled}{'.' * (30 - filled)}] {news.done:4.0%}{loss}  {left}   ",
        end="",
        file=sys.stderr,
        flush=True,
    )
