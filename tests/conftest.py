"""Settings of all tests."""
from hypothesis import settings

settings.register_profile("lab", deadline=None, derandomize=True)       # a busy machine, or a lucky draw, must not fail a test
settings.load_profile("lab")
