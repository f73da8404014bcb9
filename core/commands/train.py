"""`python -m core train CORPUS_OR_PATH --out DIR`: train once and write the vectors."""

import sys
import time
from argparse import Namespace, _SubParsersAction

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
    begun, promised, run = None, False, None
    try:
        for news in training.train(corpus, settings):
            now = time.perf_counter()
            if isinstance(news, training.Run):
                run = news
            elif not isinstance(news, training.References):
                begun = begun or now
                if not promised and now - begun > SOON and news.done:
                    _promise(corpus, settings, news.done, now - begun)
                    promised = True
                _show_progress(news, now - begun)
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
        f"loss per pair {found.loss:.4f}{error} (start {beside.at_start:.4f}, ignoring the center "
        f"word {beside.without_center:.4f}, shuffled centers {found.shuffled:.4f}); "
        f"{run.seconds:.1f} s; "
        f"written to {options.out}",
        file=sys.stderr,
    )
    return 0


def _promise(corpus, settings, done, seconds):
    """Say how long the training will take, from its beginning."""
    epochs = f"{settings.epochs} epochs of " if not settings.iterations else ""
    print(
        f"\rThe training will take about {_told(seconds / done)}, by its first {_told(seconds)}: "
        f"{epochs}{len(corpus.ids):,} words, {settings.dim} dimensions. The last judgment of the "
        "vectors comes on top.",
        file=sys.stderr,
    )


def _told(seconds):
    """A time in the unit that fits it."""
    unit, size = next((u, s) for u, s in UNITS if seconds >= s or s == 1)
    return f"{seconds / size:.1f} {unit}"


def _show_progress(news, seconds):
    filled = round(30 * news.done)
    left = f"{_told(seconds * (1 - news.done) / news.done):>8} left" if news.done else ""
    loss = f"  loss {news.loss:.4f}" if isinstance(news, training.Snapshot) else " " * 14
    print(
        f"\r[{'#' * filled}{'.' * (30 - filled)}] {news.done:4.0%}{loss}  {left}   ",
        end="",
        file=sys.stderr,
        flush=True,
    )
