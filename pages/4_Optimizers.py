"""Optimizers race over test surfaces, and train word2vec."""

from ui import page
from ui.optimizers import controls, experiments, view, word2vec

page.start("Optimizers", "Momentum, Adam and their family: press play, pause, and read each step.")
if controls.loss_is_word2vec():
    word2vec.show(*word2vec.choose())
else:
    race = controls.choose()
    if view.show(race):
        experiments.show(race)
