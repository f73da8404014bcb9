"""What the vectors say: neighbors, pictures and whether to believe them, analogies, axes."""

from ui import page
from ui.explore import view

page.start("Explore", "Is this neighbor real? Ask the vectors, and do not trust the picture.")
model = page.settings() if view.asks_the_model() else None
view.show(model)
