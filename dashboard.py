"""The main job: sliders, training, loss curve and embedding. Run with `streamlit run
dashboard.py`.
"""

from ui import page
from ui.model import view

page.start("Train", "This classmate's picture shows no clusters. Was it the seed?")
text, settings = page.settings()
view.show(text, settings)
