"""Seconds and memory to read a file and count its words, for several kinds of files of the same
size, compared with prose; and how the time per byte grows with the size.
"""

import argparse
import contextlib
import csv
import gzip
import io
import json
import re
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
from common import heading, spread, table

SIZE = 20_000_000
PART = 4  # the smaller file of the growth is this part of the larger one
WORDS = 60_000  # different words of the generated prose
SYLLABLES = [
    *("ka", "to", "mi", "re", "su", "nie", "wa", "lo", "pra", "dzi", "cho", "ła", "ze", "go"),
    *("ry", "pi", "sta", "bo", "ce", "nu"),
]
FEW = 4_000_000  # bytes for the segmenters, which are slower than everything else by far
SEGMENTED = {
    "Chinese": "今天天气很好我们去公园散步他在学校学习数学她喜欢看电影和听音乐",
    "Japanese": "今日は天気がいいです私たちは公園へ行きます彼は学校で数学を勉強しています",
    "Thai": "วันนี้อากาศดีมากเราไปเดินเล่นในสวนเขาเรียนคณิตศาสตร์ที่โรงเรียน",
}


def sentences(size, rng):
    """Sentences of made-up words by Zipf's law, as many as fill so many bytes."""
    words = np.array(
        ["".join(rng.choice(SYLLABLES, rng.integers(1, 5))) for _ in range(WORDS)], dtype=object
    )
    weight = 1 / np.arange(1, WORDS + 1)
    drawn = words[rng.choice(WORDS, size // 5, p=weight / weight.sum())]
    found, start, left = [], 0, size
    while left > 0:
        length = int(rng.integers(4, 20))
        line = " ".join(drawn[start : start + length]).capitalize() + "."
        found.append(line)
        start = (start + length) % (len(drawn) - 20)
        left -= len(line.encode()) + 1
    return found


def _rows(lines, delimiter, text):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(["id", "label", "text", "link"])
    for k, line in enumerate(lines):
        writer.writerow([k, "pos", text(line), f"https://a.example/{k}"])
    return written.getvalue()


def _cue(number, line):
    hour, rest = divmod(number, 3600)
    at = f"{hour % 100:02}:{rest // 60:02}:{rest % 60:02}"
    return f"{number}\n{at},000 --> {at},900\n<i>{line}</i>\n"


def _zipped(lines):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(100):
            archive.writestr(f"{k}.txt", "\n".join(lines[k::100]))
    return packed.getvalue()


def _wrapped(lines):
    text = " ".join(lines)
    return "\n".join(text[k : k + 70] for k in range(0, len(text), 70))


def _different(size):
    return " ".join(f"w{k:x}".translate(LETTERS) for k in range(size // 7))


LETTERS = str.maketrans("0123456789", "ghijklmnop")
# name of a kind -> from sentences and a size to the name of a file and its content
KINDS = {
    "prose, a sentence a line": lambda s, n: ("a.txt", "\n".join(s)),
    "prose, wrapped lines": lambda s, n: ("a.txt", _wrapped(s)),
    "prose, one line": lambda s, n: ("a.txt", " ".join(s)),
    "prose in cp1250": lambda s, n: ("a.txt", "\n".join(s).encode("cp1250", "replace")),
    "prose, UTF-16": lambda s, n: ("a.txt", "\n".join(s[: len(s) // 2]).encode("utf-16")),
    "mojibake": lambda s, n: ("a.txt", "\n".join(s).encode().decode("latin-1")[:n]),
    "table": lambda s, n: ("a.csv", _rows(s, ",", str)),
    "table, quoted cells over lines": lambda s, n: ("a.csv", _rows(s, ";", '"{}"\nand'.format)),
    "JSON lines": lambda s, n: (
        "a.jsonl",
        "\n".join(json.dumps({"id": k, "text": line}) for k, line in enumerate(s)),
    ),
    "JSON": lambda s, n: (
        "a.json",
        json.dumps(
            [{"id": k, "user": {"name": "ala"}, "text": t} for k, t in enumerate(s[: len(s) // 2])]
        ),
    ),
    "JSON, empty objects": lambda s, n: (
        "a.json",
        "[" + '{"a":""},' * (n // 9 - 9) + '{"a":"b c"}]',
    ),
    "JSON, empty lists": lambda s, n: ("a.json", "[" + "[]," * (n // 3 - 9) + '"one two"]'),
    "subtitles": lambda s, n: ("a.srt", "\n".join(map(_cue, range(1, 1 + len(s)), s))),
    "HTML": lambda s, n: ("a.html", "<!DOCTYPE html>" + "".join(map("<p>a &amp; {}".format, s))),
    "XML, an element a word": lambda s, n: (
        "a.xml",
        "<?xml version='1.0'?><text>"
        + "".join(
            f"<s>{''.join(map('<w>{}</w>'.format, line.split()))}</s>" for line in s[: len(s) // 3]
        ),
    ),
    "addresses and @names": lambda s, n: (
        "a.txt",
        "\n".join(f"@u{k} {line} https://t.example/{k}" for k, line in enumerate(s)),
    ),
    "zip of 100 files": lambda s, n: ("a.zip", _zipped(s)),
    "gz": lambda s, n: ("a.txt.gz", gzip.compress("\n".join(s).encode(), 1)),
    "different words only": lambda s, n: ("a.txt", _different(n)),
    "one letter": lambda s, n: ("a.txt", "b c " + "a" * n),
    "letters with marks": lambda s, n: ("a.txt", "b c " + "e\u0301" * (n // 3)),
    "line ends": lambda s, n: ("a.txt", "a b\n" * 9 + "\n" * n),
    "quotes": lambda s, n: ("a.csv", 'a,"b ""c"" d",e\n' * (n // 16)),
}


def made(kind, size):
    """The name and the bytes of a file of that kind, about so large."""
    rng = np.random.default_rng(0)
    if kind in SEGMENTED:
        letters = list(SEGMENTED[kind])
        cut = rng.integers(0, len(letters), size // 3)
        lines = "".join(letters[k] for k in cut)
        text = "。\n".join(lines[k : k + 30] for k in range(0, len(lines), 30))
        return "a.txt", text.encode()[:size]
    name, content = KINDS[kind](sentences(size, rng), size)
    data = content if isinstance(content, bytes) else content.encode()
    return name, data if name.endswith((".zip", ".gz")) else data[:size]


def measure(path):
    """Read a file and count its words: seconds of the processor, largest memory in MB, words; 0
    words: refused.
    """
    from core.errors import UserError
    from core.settings import TextSettings
    from core.texts import registry

    begun = time.process_time()
    try:
        text = TextSettings(corpus=path, min_count=1, max_vocabulary=200_000)
        words = registry.load(text).tokens
    except UserError:
        words = 0
    seconds = time.process_time() - begun
    # Of this program alone: getrusage also counts the one that started it
    (peak,) = re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    return seconds, int(peak) / 1024, words


def apart(path):
    """Run `measure` in its own process."""
    code = f"import reading; print(*reading.measure({str(path)!r}))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True
    )
    if found.returncode:
        raise RuntimeError(found.stderr[-400:])
    seconds, memory, words = map(float, found.stdout.split())
    return seconds, memory, int(words)


# Of which files are made that nobody would write, to look for times that grow faster than the size
SIGNS = [
    *(
        "a",
        "ż",
        "word ",
        "Word. ",
        "\n",
        "\n\n",
        " ",
        ",",
        ";",
        "\t",
        '"',
        "'",
        "|",
        "-",
        "-\n",
        ".",
    ),
    *("<", ">", "<p>", "</p>", "<b", "<!--", "-->", "<![CDATA[", "<script>", "&", "&amp;", "&#"),
    *(
        "{",
        "}",
        "[",
        "]",
        '{"a":',
        '["',
        "{{",
        "[[",
        "](http://",
        "@",
        "@-@",
        "http://",
        "__label__",
    ),
    *(
        "1\n00:00:01,000 --> 00:00:02,000\n",
        "\\",
        "\u0301",
        "\u200d",
        "。",
        "日本",
        "ไทย",
        "Ã³",
        "I",
    ),
    *(
        "1.1.24, 10:00 - A: ",
        "*** START ***\n",
        "<!DOCTYPE a [",
        "Dialogue: 0,0,",
        "#",
        "=",
        "sep=;\n",
    ),
]
STARTS = [
    "",
    "<?xml?>",
    "<html>",
    "WEBVTT\n\n",
    "[",
    "{",
    '[{"text":"',
    "id,text\n",
    "[Script Info]\n",
]
ENDINGS = ".txt", ".csv", ".tsv", ".json", ".html", ".srt"


def grown(number, size):
    """The name and the bytes of a file of a few signs, over and over, so large."""
    rng = np.random.default_rng(number)
    unit = "".join(SIGNS[k] for k in rng.integers(0, len(SIGNS), rng.integers(1, 6)))
    text = STARTS[rng.integers(len(STARTS))] + unit * (size // len(unit.encode()))
    return "a" + ENDINGS[rng.integers(len(ENDINGS))], text.encode()


def taken(number, size):
    """Seconds of the processor to read and to count such a file."""
    from core.errors import UserError
    from core.reading import reader
    from core.texts import corpus

    name, data = grown(number, size)
    begun = time.process_time()
    with contextlib.suppress(UserError):
        corpus.encode_reading(reader.read(name, data), min_count=1, max_vocabulary=20_000)
    return time.process_time() - begun


def show_growth(files, size=400_000):
    """Print how the times of so many generated files grow when they are PART times as large."""
    worst = []
    for number in range(files):
        small, large = taken(number, size // PART), taken(number, size)
        worst.append((large / max(small, 0.02), large, number))
    worst.sort(reverse=True)
    ratios = [found[0] for found in worst]
    print(
        f"{files:,} generated files, {PART} times as large: {statistics.median(ratios):.1f} times"
    )
    print("the median time; the worst: (times, seconds, number)")
    for found in worst[:8]:
        print(f"  {found[0]:.1f}, {found[1]:.2f} s, number {found[2]}: {grown(found[2], 60)[1]!r}")


def main():
    """Print the table, or what generated files show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the generated files are put")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--size", type=int, default=SIZE, help=f"bytes of a file (default {SIZE})")
    parser.add_argument("--only", default="", help="kinds whose names hold this")
    parser.add_argument("--growth", type=int, default=0, help="only so many files of random signs")
    options = parser.parse_args()
    show_growth(options.growth) if options.growth else show_kinds(options)


def show_kinds(options):
    """Print the table of kinds."""
    options.folder.mkdir(parents=True, exist_ok=True)
    sizes = dict.fromkeys(KINDS, options.size) | {k: min(FEW, options.size) for k in SEGMENTED}
    rows, prose = [], 0.0
    for kind, size in sizes.items():
        if options.only not in kind:
            continue
        paths = []
        for part in (size // PART, size):
            name, data = made(kind, part)
            paths.append(options.folder / f"{part}-{name}")
            paths[-1].write_bytes(data)
        runs = [[apart(path) for path in paths] for _ in range(options.repeat)]
        for path in paths:
            path.unlink()
        seconds = [run[1][0] for run in runs]
        a_byte = statistics.median(seconds) / size
        prose = prose or a_byte
        growth = statistics.median(run[1][0] / run[0][0] / PART for run in runs)
        rows.append(
            [
                kind,
                f"{size / 1e6:.0f}",
                f"{runs[0][1][2]:,}" if runs[0][1][2] else "refused",
                spread(seconds),
                f"{a_byte / prose:.1f}",
                f"{growth:.2f}",
                f"{max(run[1][1] for run in runs):,.0f}",
            ]
        )
        print(rows[-1], file=sys.stderr)
    print(
        heading(
            "Reading and counting a file: seconds of the processor (least-most) and largest memory"
        )
    )
    columns = ["file", "MB", "words", "seconds", "a byte, against prose", "growth", "memory in MB"]
    print(table(columns, rows))


if __name__ == "__main__":
    main()
