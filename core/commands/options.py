"""Options that several commands share: one for each setting."""

import argparse
import sys
from typing import Any

from core.settings import TextSettings, TrainSettings, knobs
from core.texts import registry
from core.texts.corpus import Corpus
from core.training_loop import finished
from core.word2vec import training

# Bytes of a text: more than on the page, where many read at once; below 6 GB of memory
MOST_BYTES = 1_000_000_000


def load(text: TextSettings) -> Corpus:
    """Read the text that the settings name, also one that is too large for the page."""
    finished(registry.reading(text, MOST_BYTES))
    return registry.load(text)


def add_knobs(command: argparse.ArgumentParser, but: tuple[str, ...] = (), **default: Any) -> None:
    """Add an option for each setting. but: names to leave out; default: one default for all of
    them, instead of their own.
    """
    for name, field in (knobs(TextSettings) | knobs(TrainSettings)).items():
        if name not in ("corpus", *but):
            choices = field.metadata["choices"] or (
                tuple(training.TRAINERS) if name == "optimizer" else None
            )
            command.add_argument(
                "--" + name.replace("_", "-"),
                type=field.type,
                choices=choices,
                metavar=None if choices else name.upper(),
                **{"default": field.default} | default,
                help=f"{field.metadata['help']} (default {field.default})",
            )


def tell(corpus: Corpus) -> None:
    """Print on stderr how a text was read, and any warnings."""
    for note in corpus.notes:
        print(note, file=sys.stderr)
    for warning in corpus.warnings:
        print(f"Warning: {warning}", file=sys.stderr)
