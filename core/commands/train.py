"""`python -m core train CORPUS_OR_PATH --out DIR`: train once and write the vectors."""

import sys
import time
from argparse import Namespace, _SubParsersAction

from core.commands.options import add_knobs, tell
from core.settings import TextSettings, TrainSettings, check, knobs
from core.texts import registry
from core.word2vec import export, training


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
    corpus = registry.load(text)
    tell(corpus)
    print(
        f"{corpus.sentences:,} sentences, {corpus.tokens:,} tokens, {len(corpus.words):,} words "
        f"in the vocabulary ({corpus.coverage:.1%} of the tokens)",
        file=sys.stderr,
    )
    started, run = time.perf_counter(), None
    try:
        for news in training.train(corpus, settings):
            if isinstance(news, training.Run):
                run = news
            elif not isinstance(news, training.References):
                _show_progress(news, time.perf_counter() - started)
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


def _show_progress(news, seconds):
    filled = round(30 * news.done)
    left = f"{seconds * (1 - news.done) / news.done:5.1f} s left" if news.done else ""
    loss = f"  loss {news.loss:.4f}" if isinstance(news, training.Snapshot) else " " * 14
    print(
        f"\r[{'#' * filled}{'.' * (30 - filled)}] {news.done:4.0%}{loss}  {left}   ",
        end="",
        file=sys.stderr,
        flush=True,
    )
