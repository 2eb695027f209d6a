"""What the tests of `assay.git` share."""

import pytest

from assay.git import Repository


@pytest.fixture
def opened(repo):
    """Return the `repo` fixture's repository as Assay sees it; opened on use, as many tests first make commits."""
    return Repository.open(repo.path)
