"""Which tests run in one process, one after the other, when a run is spread over several processes."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# By the beginning of the test's name. The fixtures of these start processes that the tests of the group share.
TOGETHER = {
    "tests/bench/test_whole_run.py": "one run of the benchmark",
    "tests/runtime/test_backup.py": "one installation that is backed up",
    "tests/runtime/test_keys_command.py": "one installation whose keys are renewed",
    "tests/runtime/test_up.py": "one installation that is started and killed",
    "tests/stories/": "one running product with a browser",
}


class InGroups(LoadScopeScheduling):
    """Sends a group to one process as a whole, and every other test to whichever is free.

    xdist's own groups, by a mark, do not work with this pytest: xdist writes them into a private field that is gone.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def group_of(nodeid: str) -> str | None:
    """Return the group of a test, or None when it may run anywhere."""
    return next((group for beginning, group in TOGETHER.items() if nodeid.startswith(beginning)), None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InGroups:
    """Take our way to share the tests out."""
    return InGroups(config, log)
