"""Which tests run in one process, one after the other, when a run is spread over several processes."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# By the beginning of the test's name. Every other test runs with those of its file: their fixtures start servers.
TOGETHER = {"tests/stories/": "one running product with a browser"}


class InGroups(LoadScopeScheduling):
    """Sends a group, or else a file, to one process as a whole; the largest first.

    xdist's own groups, by a mark, do not work with this pytest: xdist writes them into a private field that is gone.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """Return the group of a test, or its file."""
    file = nodeid.partition("::")[0]
    return next((group for beginning, group in TOGETHER.items() if nodeid.startswith(beginning)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InGroups:
    """Take our way to share the tests out."""
    return InGroups(config, log)
