"""Conditions: three values, a closed list of operators, no surprises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.modules.catalogue.rules import Facts, RuleMistake, judge, mistakes, value_of, variables
from ghiseu.modules.catalogue.values import UNKNOWN

FACTS = Facts(
    {
        "form": {"delivery": "mdelivery", "empty": ""},
        "person": {"birth_date": "2008-11-24", "mother": None, "children": [{"idnp": "1"}, {"idnp": "2"}]},
        "registers": {"CNAS": {"account": {"fee_exemptions": ["disability"], "contribution_years": 12}}},
        "answers": {"came": True},
        "channel": "counter",
        "today": "2026-11-23",
    }
)


class TestJudge:
    @pytest.mark.parametrize(
        ("rule", "verdict"),
        [
            ({"==": [{"var": "form.delivery"}, "mdelivery"]}, True),
            ({"==": [{"var": "form.never_asked"}, None]}, True),
            ({"!=": [{"var": "form.never_asked"}, "x"]}, True),
            ({"==": [1, True]}, False),
            ({"==": [{"var": "person.mother.idnp"}, "1"]}, False),
            ({"==": [{"var": "registers.SC.birth.record_number"}, "1"]}, UNKNOWN),
            ({">=": [{"var": "registers.CNAS.account.contribution_years"}, 12]}, True),
            ({"<": [{"var": "person.birth_date"}, "2010-01-01"]}, True),
            ({"<": [{"var": "person.mother"}, 5]}, UNKNOWN),
            ({"in": ["disability", {"var": "registers.CNAS.account.fee_exemptions"}]}, True),
            ({"in": [{"var": "channel"}, ["counter", "online"]]}, True),
            ({"in": ["x", {"var": "registers.SC.acts.acts"}]}, UNKNOWN),
            ({"!": {"var": "answers.came"}}, False),
            ({"if": [{"var": "answers.came"}, True, False]}, True),
            ({"some": [{"var": "person.children"}, {"==": [{"var": "item.idnp"}, "2"]}]}, True),
            ({"all": [{"var": "person.children"}, {"==": [{"var": "item.idnp"}, "2"]}]}, False),
            ({"none": [{"var": "person.children"}, {"==": [{"var": "item.idnp"}, "3"]}]}, True),
            ({"==": [{"count": [{"var": "person.children"}]}, 2]}, True),
            ({"==": [{"count": [{"var": "person.children"}, {"==": [{"var": "item.idnp"}, "1"]}]}, 1]}, True),
            ({"missing": ["form.delivery"]}, False),
            ({"missing": ["form.delivery", "form.empty"]}, True),
            ({"<": [{"age_years": {"var": "person.birth_date"}}, 18]}, True),
            ({"==": [{"days_since": "2026-11-20"}, 3]}, True),
            ({"==": [{"months_since": "2026-10-24"}, 0]}, True),
            ({"==": [{"age_years": {"var": "person.unheard_of"}}, 18]}, UNKNOWN),
        ],
    )
    def test_says_yes_no_or_unknown(self, rule, verdict):
        assert judge(rule, FACTS) is verdict

    def test_a_no_decides_an_and_even_beside_an_unknown(self):
        unknown = {"var": "registers.SC.birth.record_exists"}

        assert judge({"and": [unknown, False]}, FACTS) is False
        assert judge({"and": [unknown, True]}, FACTS) is UNKNOWN

    def test_a_yes_decides_an_or_even_beside_an_unknown(self):
        unknown = {"var": "registers.SC.birth.record_exists"}

        assert judge({"or": [unknown, True]}, FACTS) is True
        assert judge({"or": [unknown, False]}, FACTS) is UNKNOWN

    def test_refuses_an_operator_that_is_not_ours(self):
        with pytest.raises(RuleMistake, match="regex"):
            judge({"regex": ["a", "b"]}, FACTS)


TRUTHS = st.sampled_from([True, False, {"var": "registers.SC.birth.record_exists"}])
RULES = st.recursive(
    TRUTHS,
    lambda inner: st.one_of(
        st.builds(lambda a, b: {"and": [a, b]}, inner, inner),
        st.builds(lambda a, b: {"or": [a, b]}, inner, inner),
        st.builds(lambda a: {"!": a}, inner),
    ),
    max_leaves=12,
)


@given(rule=RULES)
def test_what_is_decided_while_a_register_is_silent_stays_so_when_it_speaks(rule):
    """An unknown never becomes a wrong yes or no."""
    silent = judge(rule, FACTS)

    for spoken in (True, False):
        told = Facts({**FACTS.values, "registers": {"SC": {"birth": {"record_exists": spoken}}}})
        assert silent is UNKNOWN or judge(rule, told) is silent


class TestMistakes:
    def test_names_the_root_that_does_not_exist(self):
        assert "starts with no known root" in mistakes({"var": "forms.x"})[0]

    def test_counts_arguments(self):
        assert "takes 2 to 2 arguments" in mistakes({"==": [1]})[0]

    def test_refuses_a_condition_that_is_too_deep(self):
        rule = True
        for _ in range(20):
            rule = {"!": rule}

        assert "nested deeper" in mistakes(rule)[0]

    def test_refuses_a_condition_that_is_too_long(self):
        assert any("more than 200 parts" in said for said in mistakes({"or": [{"and": [True] * 19}] * 15}))

    def test_finds_nothing_wrong_with_a_good_rule(self):
        assert mistakes({"==": [{"var": "form.x"}, "y"]}) == []


def test_variables_are_found_without_running_the_rule():
    rule = {"if": [{"missing": ["form.a"]}, {"var": "person.idnp"}, {"some": [{"var": "form.b"}, {"var": "item.c"}]}]}

    assert variables(rule) == {"form.a", "person.idnp", "form.b", "item.c"}


def test_a_list_with_an_unknown_part_is_unknown():
    assert value_of([1, {"var": "registers.RSP.person.idnp"}], FACTS) is UNKNOWN
