"""Optimizers race over loss surfaces and train word2vec."""
from ui import optimizers_controls, optimizers_sections, optimizers_view, page

page.start("Optimizers", "Momentum, Adam and their family: press play, pause, and read each step.")
race = optimizers_controls.choose()
optimizers_view.show(race)
optimizers_sections.show(race)
