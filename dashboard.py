"""The main job: sliders, training, loss curve and embedding. Run with `streamlit run
dashboard.py`.
"""

from ui import page
from ui.model import view

page.start(
    "word2vec lab",
    "Was it the seed? Move a slider: the model is trained again, on real vectors, while you watch.",
)
text, settings = page.settings()
view.show(text, settings)
