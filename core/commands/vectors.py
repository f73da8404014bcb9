"""`python -m core near | analogy | compare | convert`: look into the vectors of a run or a file."""

import argparse
import json
from argparse import Namespace, _SubParsersAction
from dataclasses import asdict

from core.vectors import analogies, comparison, vector_files

MOVED = 10  # words shown of those that moved most


def add(commands: _SubParsersAction) -> None:
    """Add the four commands to a parser."""
    near = _command(commands, "near", near_words, "the nearest words of a word", "RUN_OR_FILE")
    near.add_argument("word", metavar="WORD")
    three = _command(commands, "analogy", analogy, "the words nearest to A - B + C", "RUN_OR_FILE")
    three.add_argument("words", nargs=3, metavar=("A", "B", "C"))
    three.add_argument("--keep-inputs", action="store_true", help="A, B and C may be answers too")
    for command in (near, three):
        command.add_argument("-k", type=int, default=10, metavar="N", help="how many words")
    shared = "which neighbors two runs or files share"
    two = _command(commands, "compare", compare, shared, "RUN_OR_FILE")
    two.add_argument("other", metavar="RUN_OR_FILE")
    into = commands.add_parser("convert", help="write vectors in another format")
    into.add_argument("source", metavar="RUN_OR_FILE")
    into.add_argument("--to", required=True, metavar="FILE", help="such as vectors.bin")
    into.add_argument("--format", choices=tuple(vector_files.WRITERS), default="")
    into.set_defaults(run=convert)


def _command(commands, name, run, help, source) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help)
    command.add_argument("source", metavar=source)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)
    return command


def near_words(options: argparse.Namespace) -> int:
    """Print the nearest words of a word."""
    found = vector_files.read(options.source)
    return _show(options, analogies.nearest(found.words, found.vectors, options.word, options.k))


def analogy(options: argparse.Namespace) -> int:
    """Print the words nearest to a - b + c."""
    found = vector_files.read(options.source)
    a, b, c = options.words
    near = analogies.analogy(found.words, found.vectors, a, b, c, options.k, options.keep_inputs)
    return _show(options, near)


def compare(options: argparse.Namespace) -> int:
    """Print the share of neighbors in common compared with chance, and the words that share
    least.
    """
    one, two = vector_files.read(options.source), vector_files.read(options.other)
    found = comparison.compare((one.words, two.words), (one.vectors, two.vectors))
    shared, both = found.words, found.overlap
    moved = found.moved[:MOVED]
    told = {
        "shared_words": len(shared),
        "words": [len(one.words), len(two.words)],
        "k": comparison.K,
        "overlap": both.mean,
        "chance": both.chance,
        "least_shared": [{"word": shared[n], "overlap": float(both.each[n])} for n in moved],
    }
    if found.cosine is not None:
        told["aligned_cosine"] = float(found.cosine.mean())
    if options.json:
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return 0
    print(f"{len(shared):,} words in both ({len(one.words):,} and {len(two.words):,})")
    print(
        f"{both.mean:.1%} of the {comparison.K} nearest neighbors shared, chance {both.chance:.1%}"
    )
    if "aligned_cosine" in told:
        print(f"mean cosine of a word with itself after alignment: {told['aligned_cosine']:.3f}")
    print("fewest neighbors shared: " + ", ".join(shared[n] for n in moved))
    return 0


def convert(options: Namespace) -> int:
    """Write the vectors in another format."""
    found = vector_files.read(options.source)
    vector_files.write(options.to, found.words, found.vectors, options.format)
    return 0


def _show(options, found):
    if options.json:
        print(json.dumps([asdict(near) for near in found], indent=1, ensure_ascii=False))
    for near in () if options.json else found:
        print(f"{near.similarity:.3f}  {near.word}")
    return 0
