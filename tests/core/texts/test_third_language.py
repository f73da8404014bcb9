"""A new generated language needs one folder of data/, and no other change."""

import numpy as np
import pytest

from core.settings import TextSettings, TrainSettings
from core.texts import registry, words_to_plot
from core.word2vec import training

LEXICON = """
inline m f n p
plural m=p f=p n=p in pl
paradigm noun: sg pl
paradigm plain: base

[animal] noun group=animals
Hund, m, dog: Hund Hunde
Katze, f, cat: Katze Katzen
Maus, f, mouse: Maus Mäuse
Pferd, n, horse: Pferd Pferde
Vogel, m, bird: Vogel Vögel

[dish] noun group=food
Suppe, f, soup: Suppe Suppen
Brot, n, bread: Brot Brote
Apfel, m, apple: Apfel Äpfel
Kuchen, m, cake: Kuchen Kuchen
Salat, m, salad: Salat Salate

[often] plain
heute, x, today: heute
immer, x, always: immer
"""
PATTERNS = """
[animals] 1
{Der|Die|Das|Die @x} {x=animal sg} schläft {often base}
{Der|Die|Das|Die @x} {x=animal pl} laufen durch den Garten

[food] 1
{Der|Die|Das|Die @x} {x=dish sg} schmeckt {often base} gut
wir essen {dish pl} in der Küche

[joins]
, und
"""
ABOUT = """
language = "German"

[exercise]
animals = "hund katze maus pferd vogel"
food = "suppe brot apfel kuchen salat"
"""


@pytest.fixture
def german(tmp_path, monkeypatch):
    """data/ with the default language and a third one."""
    (tmp_path / "polish").symlink_to(registry.DATA / "polish")
    folder = tmp_path / "german"
    folder.mkdir()
    files = {"lexicon.txt": LEXICON, "patterns.txt": PATTERNS, "about.toml": ABOUT}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf8")
    monkeypatch.setattr(registry, "DATA", tmp_path)
    return TextSettings(corpus="german", tokens=5_000)


def test_the_registry_lists_it_behind_the_default(german):
    entries = registry.registry()
    assert list(entries)[:2] == ["polish", "german"] and "english" not in entries
    assert (entries["german"].language, entries["german"].groups) == ("German", "planted")


def test_it_is_written_read_trained_on_and_plotted(german):
    corpus = registry.load(german)
    assert corpus.glosses["mäuse"] == "mouse (pl)" and corpus.glosses["suppe"] == "soup"
    assert {"animals", "food"} == set(corpus.groups)
    facts = corpus.facts()
    assert words_to_plot.choices(facts)[0] == "exercise"
    chosen = words_to_plot.choose(facts, "exercise")
    assert chosen.words[:2] == ("hund", "katze") and set(chosen.groups) == {"animals", "food"}
    run = list(training.train(corpus, TrainSettings(epochs=1)))[-1]
    assert np.isfinite(run.center).all() and len(run.center) == len(corpus.words)


def test_a_folder_without_a_description_needs_none(german):
    (registry.DATA / "german" / "about.toml").unlink()
    registry._about.cache_clear()
    entry = registry.registry()["german"]
    assert (entry.language, entry.exercise) == ("German", {})
    assert words_to_plot.choices(registry.load(german).facts()) == ["groups", "frequent", "own"]
