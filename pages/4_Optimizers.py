"""Optimizers race over test surfaces, and train word2vec."""
from ui import optimizers_controls, optimizers_sections, optimizers_view, optimizers_words, page

page.start("Optimizers", "Momentum, Adam and their family: press play, pause, and read each step.")
if optimizers_controls.loss_is_word2vec():
    optimizers_words.show(*optimizers_words.choose())
else:
    race = optimizers_controls.choose()
    optimizers_view.show(race)
    optimizers_sections.show(race)
