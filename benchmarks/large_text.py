"""A text of many words by the command line: python benchmarks/large_text.py [--words 100000000].

The text is generated and written to a folder that is deleted afterwards; `python -m core train`
reads it in a process of its own, whose lines, processor time and largest memory are reported. With
--until, the training is stopped once that share of it is done.
"""

import argparse
import re
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from common import heading, table

SENTENCE = 20
PIECE = 1_000_000  # words written at a time
LETTERS = 4  # of each word, so a word and its space are 5 bytes


def spellings(words):
    """The spelling of each word, (words, LETTERS + 1) bytes, with a space behind it."""
    digits = np.arange(words)[:, None] // 26 ** np.arange(LETTERS)[::-1] % 26
    return np.pad(digits + ord("a"), ((0, 0), (0, 1)), constant_values=ord(" ")).astype(np.uint8)


def write(path, tokens, words, rng):
    """Write sentences, one a line, of words whose counts fall like 1 / (rank + 2.7)."""
    spelled = spellings(words)
    below = np.cumsum(1 / (np.arange(words) + 3.7))
    with path.open("wb") as file:
        for start in range(0, tokens, PIECE):
            size = min(PIECE, tokens - start)
            ids = np.searchsorted(below, rng.random(size) * below[-1])
            text = spelled[ids]
            text[SENTENCE - 1 :: SENTENCE, -1] = ord("\n")
            file.write(text.tobytes())


def command(path, out, options, until):
    """Run the command; returns what it printed, and the process's seconds and memory in MB."""
    run = subprocess.Popen(
        [sys.executable, "-m", "core", "train", str(path), "--out", str(out), *options],
        cwd=Path(__file__).parent.parent,
        stderr=subprocess.PIPE,
    )
    told, stopped = b"", False
    while piece := run.stderr.read1():
        told += piece
        done = re.findall(rb"(\d+)%  ", told)
        if done and not stopped and until < 1 and int(done[-1]) >= 100 * until:
            run.send_signal(signal.SIGINT)
            stopped = True
    run.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.decode(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    """Print the lines of the command and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=100_000_000)
    parser.add_argument("--vocabulary", type=int, default=100_000)
    parser.add_argument("--until", type=float, default=1.0, help="share of the training (0 to 1)")
    parser.add_argument("options", nargs="*", help="of the command, behind --")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        write(path, options.words, options.vocabulary, np.random.default_rng(0))
        size = path.stat().st_size
        found = command(path, Path(folder) / "run", options.options, options.until)
    told, seconds, memory = found
    print(heading("A large text by the command line"))
    print("\n".join(line.rpartition("\r")[2] for line in told.split("\n")))
    print()
    columns = ["words", "MB", "trained", "seconds of the processor", "most memory, MB", "a word"]
    each = f"{memory * 2**20 / options.words:.0f} bytes"
    row = [f"{options.words:,}", f"{size / 1e6:,.0f}", f"{options.until:.0%}"]
    print(table(columns, [[*row, f"{seconds:,.0f}", f"{memory:,.0f}", each]]))


if __name__ == "__main__":
    main()
