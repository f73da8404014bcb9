"""The files of a model: vectors in every format, the record of the run, and its code."""

import io
import json
import zipfile

from core.vectors import vector_files
from core.word2vec import export, run_as_script
from ui.player import page_export

TITLES = {
    "txt": ("Vectors, text", "The format of word2vec; gensim opens it."),
    "bin": ("Vectors, binary", "The binary format of word2vec; gensim opens it."),
    "npz": ("Vectors, NumPy", "The arrays `words` and `vectors`; no pickle."),
    "tsv": ("For TensorBoard's Projector", "Vectors, words and the configs that name them."),
}


def vectors(place, words, rows, name="vectors"):
    """Buttons for vectors in every format."""
    for kind, (title, told) in TITLES.items():
        _button(
            place,
            title,
            f"{name}.{'zip' if kind == 'tsv' else kind}",
            lambda kind=kind: packed(kind, words, rows, name),
            told,
        )


def run(place, text, settings, seen):
    """Buttons for all files of a finished run."""
    facts, word = seen.facts, _word(seen.facts)
    vectors(place, facts.words, seen.run.center, page_export.stamp("Train", "vectors").name)
    name = page_export.stamp("Train", "run").name
    _button(
        place,
        "Record of the run (JSON)",
        f"{name}.json",
        lambda: record(facts, text, seen.run),
        "Settings, seeds, versions, hash of the text, losses: all that repeats the run.",
    )
    _button(
        place,
        "The run as a Python script",
        f"{name}.py",
        lambda: run_as_script.script(text, settings, word),
        "The whole run in some thirty lines; it writes the same bytes.",
    )
    _button(
        place,
        "The run as a notebook",
        f"{name}.ipynb",
        lambda: run_as_script.notebook(text, settings, word),
        "The same for Jupyter.",
    )


def packed(kind, words, rows, name="vectors"):
    """Vectors in one of the formats; the files for the Projector as a ZIP file."""
    made = vector_files.contents(f"{name}.{kind}", words, rows)
    if len(made) == 1:
        return next(iter(made.values()))
    holder = io.BytesIO()
    with zipfile.ZipFile(holder, "w", zipfile.ZIP_DEFLATED) as file:
        for part, content in made.items():
            file.writestr(part, content)
    return holder.getvalue()


def record(facts, text, finished):
    """The record of a run as JSON."""
    return json.dumps(export.record(facts, text, finished), indent=1, ensure_ascii=False) + "\n"


def _word(facts):
    return next(
        (word for group in facts.groups.values() for word in group if word in facts.index),
        facts.words[0],
    )


def _button(place, title, name, data, told):
    place.download_button(
        title, data=data, file_name=name, help=told, on_click="ignore", width="stretch"
    )
