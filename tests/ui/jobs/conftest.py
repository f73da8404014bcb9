"""Shared by the tests of the job layer."""

import pytest


@pytest.fixture
def log(tmp_path):
    """A file in which the tasks of `tasks_for_tests` note what they do."""
    path = tmp_path / "log"
    path.touch()
    return path
