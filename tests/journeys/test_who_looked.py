"""A person learns what was done with their data, in all centres, in words, and without the names of operators."""

import ast
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from tests.support.counter import DIMITAR, ILINCA, NOON, act_for, all_of, ask_for, change, come, journaled, leave, place

import ghiseu
from ghiseu.foundation.access import NoTransaction, rows_about, scoped_to, transaction
from ghiseu.foundation.audit import declared
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import blind_indexes, configured_keyring, with_new_keys
from ghiseu.journeys.plain_events import PLAIN, plain_event
from ghiseu.journeys.plain_purposes import BEGINNINGS, PURPOSES, plain_purpose
from ghiseu.journeys.who_looked import LOOKS_BACK, IdentityNotSeen, who_looked
from ghiseu.modules.applicants.models import Reading
from ghiseu.modules.centres.models import Assignment
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.visits.models import IdentifiedBy

SOURCE = Path(ghiseu.__path__[0])
EXTRACT = "asp.civil.extract-birth"
SERVICES = (EXTRACT,)
EUGENIA, GHEORGHE, VASILE = "2099010100376", "2099080102964", "2099050101850"
LATER = NOON + timedelta(minutes=10)
WORDS = [(event, language) for event in sorted(PLAIN) for language in ("ro", "ru", "en")]
pytestmark = pytest.mark.usefixtures("exchange")


@pytest.fixture
def tvardita(lozova, as_owner):
    """The place of Dimitar, at another centre."""
    return place(DIMITAR, centre="TVA")


def reasons_in_the_code() -> set[str]:
    """Return every reason that the code gives as a constant text."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if not {"journeys", "channels"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"acting_on", "acting_in", "_continued"}:
                found |= {
                    one.value.value
                    for one in node.keywords
                    if one.arg in {"reason", "legal_reason"} and isinstance(one.value, ast.Constant)
                }
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "REASON":
                found.add(node.value.value)
    return found


class TestPlainWords:
    def test_are_there_for_every_event_about_a_citizen_and_for_no_other(self):
        import_module(settings.ROOT_URLCONF)  # whatever a page can do has declared its events then

        about_citizens = {event.name for event in declared() if event.has_subject and "." in event.name}

        assert about_citizens - set(PLAIN) == set()
        assert set(PLAIN) - about_citizens == set()

    @pytest.mark.parametrize(("event", "language"), WORDS)
    def test_are_short_and_in_the_language(self, event, language):
        said = plain_event(event, "RSP.person", language)

        assert said.endswith(".")
        assert len(said.split()) <= 15
        assert (language == "ru") == any("а" <= letter <= "я" for letter in said.lower())

    def test_are_there_for_every_reason_that_the_code_gives(self):
        found = reasons_in_the_code()

        assert len(found) > 25
        assert found - set(PURPOSES) == set()

    def test_leave_out_what_somebody_typed(self):
        said = plain_purpose("alarm looked at: the son, Ion Munteanu, called", packages={}, language="en")

        assert said == BEGINNINGS["alarm looked at: "][2]


class TestWhoLooked:
    def test_tells_everything_of_the_visit_newest_first(self, lozova):
        visit = come(EUGENIA, to=lozova)
        number = ask_for(EXTRACT, visit=visit, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="en", at=LATER)

        assert [one.last_at for one in lines] == sorted((one.last_at for one in lines), reverse=True)
        assert lines[0].what == "You asked who looked at your data."
        told = {one.what for one in lines}
        assert {"You came to the desk.", "A request was opened."} <= told
        read = next(one for one in lines if "name, address" in one.what)
        assert (read.institution, read.centre) == ("Public Services Agency", "Centre of Lozova")
        assert read.operator == f"operator no. {lozova.operator_id}"
        opened = next(one for one in lines if one.what == "A request was opened.")
        assert opened.number == number
        assert opened.purpose.endswith("you asked for the service")

    def test_knows_the_lead_by_the_day_at_the_centre(self, lozova, as_owner):
        lead = place(ILINCA, desk=1)
        at = NOON.replace(hour=23)  # the next day there
        with as_owner():
            Assignment.objects.filter(operator_id=lead.operator_id, role="centre_lead").update(
                from_date=at.date() + timedelta(days=1)
            )
        visit = come(EUGENIA, to=lead, at=at)

        lines = who_looked(visit=visit, at_desk=lead, language="en", at=at + timedelta(minutes=1))

        assert {one.operator for one in lines} == {f"head of the centre, operator no. {lead.operator_id}"}

    def test_names_every_call_of_a_register(self, lozova):
        visit = come(EUGENIA, to=lozova)
        ask_for(EXTRACT, visit=visit, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="ro", at=LATER)

        calls = all_of(Reading, person=visit.person)
        assert len(calls) > 1
        assert sum(one.count for one in lines if one.what.startswith("S-au citit datele")) == len(calls)

    def test_never_names_an_operator(self, lozova):
        visit = come(EUGENIA, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="ro", at=LATER)

        assert not [one for one in lines if "Lidia" in str(one) or lozova.operator_idnp in str(one)]

    def test_tells_the_head_of_the_centre_apart(self, lozova):
        head = place(ILINCA, desk=1)
        visit = come(EUGENIA, to=head)

        lines = who_looked(visit=visit, at_desk=head, language="ro", at=LATER)

        assert {one.operator for one in lines} == {f"șef de centru, operator nr. {head.operator_id}"}

    def test_tells_what_other_centres_did(self, lozova, tvardita):
        with scoped_to(tvardita.scope):
            abroad = come(EUGENIA, to=tvardita, at=NOON - timedelta(days=300))
            leave(abroad, to=tvardita, at=NOON - timedelta(days=300))
        visit = come(EUGENIA, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="ro", at=LATER)

        assert [one.what for one in lines if one.number == abroad.number] != []
        assert {one.centre for one in lines} == {"Centrul din Lozova", "Centrul din Tvardița"}

    def test_tells_nothing_about_anybody_else(self, lozova, tvardita):
        with scoped_to(tvardita.scope):
            leave(come(GHEORGHE, to=tvardita), to=tvardita)
        visit = come(EUGENIA, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="ro", at=LATER)

        assert {one.number for one in lines} == {visit.number}

    def test_tells_what_was_done_while_they_stood_for_somebody_else(self, lozova, tvardita):
        with scoped_to(tvardita.scope):
            visit = come(VASILE, to=tvardita)
            act_for(visit, EUGENIA, MandateKind.NOTARISED_POWER, to=tvardita, paper="P-1")
            number = ask_for(EXTRACT, visit=visit, to=tvardita, role="representative")
            leave(visit, to=tvardita)
        visit = come(VASILE, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="en", at=LATER)

        for_another = [one for one in lines if one.what.endswith("(You came for somebody else.)")]
        assert "A request was opened. (You came for somebody else.)" in {one.what for one in for_another}
        assert number in {one.number for one in for_another}
        assert {one.centre for one in for_another} == {"Centre of Tvardița"}
        assert "Munteanu" not in str(lines)
        assert EUGENIA not in str(lines)

    def test_tells_the_holder_what_was_done_by_a_representative_without_that_remark(self, lozova):
        visit = come(VASILE, to=lozova)
        act_for(visit, EUGENIA, MandateKind.NOTARISED_POWER, to=lozova, paper="P-1")
        number = ask_for(EXTRACT, visit=visit, to=lozova, role="representative")
        leave(visit, to=lozova)
        visit = come(EUGENIA, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="en", at=LATER)

        assert number in {one.number for one in lines}
        assert [one for one in lines if one.what.endswith("(You came for somebody else.)")] == []

    def test_joins_what_was_repeated(self, lozova):
        visit = come(EUGENIA, to=lozova)
        for minute in range(4):
            lines = who_looked(visit=visit, at_desk=lozova, language="en", at=LATER + timedelta(minutes=minute))

        asked = [one for one in lines if "who looked" in one.what]
        assert [(one.count, one.last_at - one.first_at) for one in asked] == [(4, timedelta(minutes=3))]

    def test_forgets_what_is_older_than_two_years(self, lozova):
        long_ago = come(EUGENIA, to=lozova, at=NOON - LOOKS_BACK - timedelta(days=1))
        leave(long_ago, to=lozova, at=NOON - LOOKS_BACK - timedelta(days=1))
        visit = come(EUGENIA, to=lozova)

        lines = who_looked(visit=visit, at_desk=lozova, language="ro", at=NOON)

        assert [one for one in lines if one.number == long_ago.number] == []

    def test_is_an_event_itself_and_the_paper_another(self, lozova):
        visit = come(EUGENIA, to=lozova)

        who_looked(visit=visit, at_desk=lozova, language="ro", at=LATER)
        who_looked(visit=visit, at_desk=lozova, language="ro", at=LATER, is_printed=True)

        assert len(journaled("journeys.looks.shown", visit_number=visit.number)) == 1
        assert len(journaled("journeys.looks.printed", visit_number=visit.number)) == 1

    def test_is_refused_when_no_document_was_seen(self, lozova):
        visit = come(EUGENIA, to=lozova, by=IdentifiedBy.NOT_SEEN)

        with pytest.raises(IdentityNotSeen):
            who_looked(visit=visit, at_desk=lozova, language="ro", at=LATER)

        assert journaled("journeys.looks.shown") == []

    def test_reads_a_document_number_where_there_is_no_idnp(self, lozova):
        visit = come(EUGENIA, to=lozova)
        change(visit.person, idnp="", idnp_index=None, document="XXX 123", document_index=b"x" * 32)

        lines = who_looked(visit=visit, at_desk=lozova, language="en", at=LATER)

        assert [one.what for one in lines] == ["You asked who looked at your data."]


class TestRowsAbout:
    def test_opens_the_rows_of_one_person_and_closes_them_again(self, lozova, tvardita):
        with scoped_to(tvardita.scope):
            come(EUGENIA, to=tvardita)
        indexes = blind_indexes(EUGENIA, purpose="person")
        foreign = JournalRecord.objects.filter(centre_id=tvardita.centre_id)

        with transaction():
            before = foreign.count()
            with rows_about(indexes):
                inside = foreign.count()
            after = foreign.count()

        assert (before, after) == (0, 0)
        assert inside > 0

    def test_closes_them_also_after_an_exception(self, lozova, tvardita):
        with scoped_to(tvardita.scope):
            come(EUGENIA, to=tvardita)

        with transaction():
            with pytest.raises(LookupError), rows_about(blind_indexes(EUGENIA, purpose="person")):
                raise LookupError
            seen = JournalRecord.objects.filter(centre_id=tvardita.centre_id).count()

        assert seen == 0

    def test_finds_what_was_written_under_an_earlier_key(self, lozova):
        visit = come(EUGENIA, to=lozova)
        newer = with_new_keys(configured_keyring())
        indexes = blind_indexes(EUGENIA, purpose="person", keyring=newer)

        assert len(indexes) == 2
        with transaction(), rows_about(indexes):
            assert JournalRecord.objects.filter(subject_index__in=indexes, visit_number=visit.number).exists()

    @pytest.mark.django_db(transaction=True)
    def test_needs_a_transaction(self):
        with pytest.raises(NoTransaction), rows_about([]):
            pass


class TestTheSetting:
    def test_is_told_by_what_answers_the_person_alone(self):
        callers = {
            path.relative_to(SOURCE).as_posix()
            for path in SOURCE.rglob("*.py")
            if "rows_about(" in path.read_text() and "foundation" not in path.parts
        }
        tellers = {path.name for path in SOURCE.rglob("*.py") if "app.subject" in path.read_text()}

        # Both answer the person at the desk alone, with their document seen.
        assert callers == {"journeys/who_looked.py", "journeys/my_data.py"}
        assert tellers == {"scope.py", "0004_before_own_subject.py", "0006_before_representatives.py"}
