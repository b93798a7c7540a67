"""Tests that share a fixture with processes behind it run in one process."""

import pytest
from tests.architecture.test_docs import PROJECT
from tests.support.together import TOGETHER, InGroups, group_of


@pytest.mark.parametrize("beginning", TOGETHER)
def test_a_group_names_tests_that_are_there(beginning):
    assert (PROJECT / beginning).exists()


def test_puts_the_tests_of_a_group_together_and_leaves_the_others_apart():
    assert group_of("tests/stories/test_a.py::one") == group_of("tests/stories/test_b.py::two")
    assert group_of("tests/bench/test_parts.py::one") == group_of("tests/bench/test_parts.py::two[a]")
    assert group_of("tests/bench/test_parts.py::one") != group_of("tests/bench/test_whole_run.py::one")


def test_runs_are_shared_out_in_these_groups(pytestconfig):
    plugins = {one.plugin_name for one in pytestconfig.hook.pytest_xdist_make_scheduler.get_hookimpls()}

    assert "tests.support.together" in plugins
    assert InGroups._split_scope(None, "tests/stories/test_a.py::one") == group_of("tests/stories/test_b.py::two")
    assert InGroups._split_scope(None, "tests/bench/test_parts.py::one") == "tests/bench/test_parts.py"
