"""The main job: sliders, training, loss curve and embedding. Run with `streamlit run
dashboard.py`.
"""

from ui import page
from ui.model import view

page.start(
    "Train",
    "No clusters? Was it the seed? Move a slider and watch the model retrain.",
)
text, settings = page.settings()
view.show(text, settings)
