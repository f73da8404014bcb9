"""Every equation of word2vec with its numbers, checked live."""
from ui import gradients_scene, gradients_view, page

page.start("The reasoning behind word2vec",
           "Each formula with its numbers beneath it, and a check that finds mistakes.")
gradients_view.show(gradients_scene.controls_of_scene())
