"""What messages and callers say: whole in three languages, short enough, and nothing of what the matter is about."""

import re
import string

import pytest
import yaml

from ghiseu.modules.cases.models import CallReason
from ghiseu.modules.centres.calendars import load_centres
from ghiseu.modules.notifications.models import MessageEvent
from ghiseu.modules.notifications.texts import (
    FILE,
    LANGUAGES,
    LONGEST_SHORT,
    LONGEST_SUBJECT,
    events,
    language_of,
    reasons,
    spoken,
    wording,
)

LONGEST = {
    "number": "CENT-2026-999999-07",
    "centre": max((one.name for one in load_centres()), key=len),
    "address": "str. Ștefan cel Mare și Sfânt 134, mun. Chișinău",
    "phone": "+373 22 000 000",
    "office": "ASP, Centrul multifuncțional Chișinău, sectorul Buiucani",
    "day": "24.11.2026",
    "time": "10:30",
    "until": "30.12.2026",
}
WRITTEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))
# What would tell a stranger who reads along what the matter is about, or what was decided.
TELLS_TOO_MUCH = re.compile(
    r"\b(na[sș]ter|deces|pensi|aloca|cazier|aprob|respin|refuz|рожден|смерт|пенси|отказ|одобр|birth|death|pension|refus|"
    r"approv|(?-i:CNAS|ASP|MAI))",
    re.IGNORECASE,
)


def test_there_are_words_for_every_event_and_every_reason():
    assert events() == set(MessageEvent.values)
    assert reasons() == set(CallReason.values)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", MessageEvent.values)
class TestMessage:
    def test_keeps_the_limits_of_the_platform_even_with_the_longest_names(self, event, language):
        words = wording(event, language=language, values=LONGEST)

        assert max(map(len, words.subject.values())) <= LONGEST_SUBJECT
        assert max(map(len, words.short.values())) <= LONGEST_SHORT

    def test_says_the_number_in_every_part(self, event, language):
        words = wording(event, language=language, values=LONGEST)

        parts = [words.subject[language], words.short[language], words.body[language]]
        assert [LONGEST["number"] in one for one in parts] == [True, True, True]

    def test_leaves_no_place_open(self, event, language):
        words = wording(event, language=language, values=LONGEST)

        texts = [words.subject[language], words.short[language], words.body[language]]
        assert [one for one in texts if "{" in one or "None" in one] == []

    def test_is_given_in_romanian_and_in_the_language_of_the_person_alone(self, event, language):
        assert set(wording(event, language=language, values=LONGEST).body) == {"ro", language}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", CallReason.values)
class TestCall:
    def test_is_one_sentence_with_number_and_centre(self, reason, language):
        said = spoken(reason, language=language, through_relative=False, values=LONGEST)

        assert LONGEST["number"] in said
        assert LONGEST["centre"] in said
        assert said.count(".") - sum(LONGEST[one].count(".") for one in LONGEST if LONGEST[one] in said) == 1

    def test_to_a_relative_says_only_to_pass_it_on(self, reason, language):
        said = spoken(reason, language=language, through_relative=True, values=LONGEST)

        assert said == spoken("alarm", language=language, through_relative=True, values=LONGEST)


def test_no_text_says_what_the_matter_is_about():
    written = [text for event in WRITTEN["messages"].values() for part in event.values() for text in part.values()]
    written += [text for reason in WRITTEN["calls"].values() for text in reason.values()]
    written += list(WRITTEN["through_relative"].values())

    assert len(written) > 80
    assert [text for text in written if TELLS_TOO_MUCH.search(text)] == []


def test_every_text_uses_only_known_places():
    written = [text for event in WRITTEN["messages"].values() for part in event.values() for text in part.values()]
    used = {name for text in written for _, name, _, _ in string.Formatter().parse(text) if name}

    assert used <= set(LONGEST)


def test_what_is_filled_into_the_body_is_not_read_as_markup():
    words = wording("result_ready", language="ro", values=LONGEST | {"centre": "<b>Primăria & co"})

    assert "&lt;b&gt;Primăria &amp; co" in words.body["ro"]


@pytest.mark.parametrize(("told", "spoken_in"), [("ro", "ro"), ("ru", "ru"), ("en", "en"), ("uk", "ro"), ("", "ro")])
def test_speaks_romanian_where_there_are_no_words(told, spoken_in):
    assert language_of(told) == spoken_in
