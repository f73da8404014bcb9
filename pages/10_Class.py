"""A class works together: lessons, and rooms in which the class's own runs are the data."""

from ui import page
from ui.classroom import view

page.start("Class", "Lessons to walk through, and rooms in which each student is a seed.")
view.show()
