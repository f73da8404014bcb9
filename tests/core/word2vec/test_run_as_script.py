"""A run as a script and as a notebook: executed, they give the same bytes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.__main__ import main
from core.settings import TextSettings, TrainSettings
from core.word2vec import run_as_script

ROOT = Path(__file__).parents[3]
TEXT = TextSettings(tokens=5_000)
SETTINGS = TrainSettings(seed=3, dim=6, epochs=1)


def execute(code, folder):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def vectors(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    told = "--tokens", "5000", "--seed", "3", "--dim", "6", "--epochs", "1", "--out", str(folder)
    assert main(["train", "polish", *told]) == 0
    return (folder / "vectors.txt").read_bytes()


def test_the_script_writes_the_same_bytes(vectors, tmp_path):
    made = run_as_script.script(TEXT, SETTINGS, "film")
    said = execute(made, tmp_path)
    assert (tmp_path / "vectors.txt").read_bytes() == vectors
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf8"))["settings"]["dim"] == 6
    assert "loss 0.6931" in said and said.splitlines()[-1].split()[0].startswith(("0.", "1."))
    assert len(made.splitlines()) <= 40


def test_the_cells_of_the_notebook_do_too(vectors, tmp_path):
    cells = json.loads(run_as_script.notebook(TEXT, SETTINGS, "film"))["cells"]
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    execute(code, tmp_path)
    assert (tmp_path / "vectors.txt").read_bytes() == vectors


@pytest.mark.peer
def test_the_notebook_is_valid():
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbformat.validate(nbformat.reads(run_as_script.notebook(TEXT, SETTINGS, 'a "quoted" word'), 4))


def test_only_what_differs_from_the_defaults_is_written():
    made = run_as_script.script(TextSettings(), TrainSettings(optimizer="adam"), "film")
    assert "text = TextSettings()" in made and "TrainSettings(optimizer='adam')" in made


def test_a_users_text_is_named_without_its_folder():
    made = run_as_script.script(TextSettings(corpus="/tmp/secret/own-1f.txt"), TrainSettings(), "a")
    assert "corpus='own-1f.txt'" in made and "secret" not in made and "your own file" in made
