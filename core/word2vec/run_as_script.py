"""A run as a short script that uses core, and as a notebook: both write the same bytes."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.settings import TextSettings, TrainSettings, knobs

BLOCKS = (
    (
        "Settings: what differs from the defaults.",
        """from core.settings import TextSettings, TrainSettings

text = {text}
settings = {settings}""",
    ),
    (
        "The text becomes numbers: a vocabulary, and a sequence of word numbers.",
        """from core.texts import registry

corpus = registry.load(text)
print(len(corpus.words), "words in the vocabulary,", corpus.tokens, "words of text")""",
    ),
    (
        "Training yields snapshots, and the finished run last.",
        """from core.word2vec import training

for news in training.train(corpus, settings):
    if isinstance(news, training.Snapshot):
        print(f"epoch {{news.epoch:5.2f}}  loss {{news.loss:.4f}}  shuffled {{news.shuffled:.4f}}")
run = news""",
    ),
    (
        "What the vectors say: the neighbors of a frequent word.",
        """from core.vectors import analogies

word = {word!r}
for near in analogies.nearest(corpus.words, run.center, word, 5):
    print(f"{{near.similarity:.3f}}  {{near.word}}")""",
    ),
    (
        "The files of the run: vectors.txt, context.txt, run.json.",
        """from core.word2vec import export

export.write(".", corpus, text, run)""",
    ),
)
HEAD = (
    "Run this in the program's folder, which contains `core`. It writes the same bytes as the page."
)


def script(text: TextSettings, settings: TrainSettings, word: str) -> str:
    """The run as a Python script. word: the one whose neighbors are printed."""
    parts = [f'"""{HEAD}"""']
    for said, code in _filled(text, settings, word):
        parts.append("\n".join([*(f"# {line}" for line in said.splitlines()), code]))
    return "\n\n".join(parts) + "\n"


def notebook(text: TextSettings, settings: TrainSettings, word: str) -> str:
    """The run as a Jupyter notebook (format 4.5)."""
    cells = [_cell("markdown", "head", f"# A run of word2vec\n\n{HEAD}")]
    for k, (said, code) in enumerate(_filled(text, settings, word)):
        cells += [_cell("markdown", f"said-{k}", said), _cell("code", f"code-{k}", code)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    told = {"kernelspec": kernel, "language_info": {"name": "python"}}
    made = {"cells": cells, "metadata": told, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _filled(text, settings, word):
    given = {"text": _call(text), "settings": _call(settings), "word": word}
    for said, code in BLOCKS:
        if "{text}" in code and Path(text.corpus).is_absolute():
            said += "\nThe text is your own file: put it next to this script, or give its path."
        yield said, code.format(**given)


def _call(settings):
    """The settings as an expression: only what differs from the defaults."""
    fields = knobs(type(settings))
    different = {
        name: value for name, value in asdict(settings).items() if value != fields[name].default
    }
    if Path(different.get("corpus", "")).is_absolute():
        different["corpus"] = Path(different["corpus"]).name
    inside = ", ".join(f"{name}={value!r}" for name, value in different.items())
    return f"{type(settings).__name__}({inside})"


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})
