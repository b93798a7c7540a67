"""MDocs as it answers: stored once, found again, shared, withdrawn; and every way in which an answer may fail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.adapters.mdocs.conftest import store_in
from tests.support.acting import EUGENIA, acting_for
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mdocs import Form, MDocs
from ghiseu.foundation.outcomes import OutcomeUnknown, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.platforms import Level
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.documents.ports import Stored, ToStore
from simulators.common.behaviour import Mode
from simulators.common.process import Running

AT = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - MDocs judges periods by the machine's clock
UNTIL = AT + timedelta(days=90)
ACTING = acting_for(EUGENIA)
NUMBER = "LOZ-2026-000001-R1"
PDF = b"%PDF-1.7 an extract"
LOST = [Mode.AFTER_COMMIT_TIMEOUT, Mode.CUT_ANSWER, Mode.SERVER_ERROR_AFTER_COMMIT, Mode.GARBAGE]


def bytes_in(store: MDocs) -> str:
    return store.keep_bytes(PDF, media_type="application/pdf", document_type="Unknown", acting=ACTING).id


def publish(store: MDocs, *, number: str = NUMBER, blob_id: str = "") -> Stored:
    document = ToStore(number=number, name="Extras.pdf", blob_id=blob_id or bytes_in(store), kept_until=UNTIL)
    return store.publish(document, at=AT, acting=ACTING)


def share(store: MDocs, document_id: str, *, ends_at: datetime = UNTIL) -> Stored:
    return store.share(document_id, person_idnp=EUGENIA, begins_at=AT, ends_at=ends_at, acting=ACTING)


def rows(mdocs: Running, table: str) -> int:
    return len(mdocs.ledger()[table])


class TestDocument:
    def test_is_stored_for_the_legal_entity_until_its_day_and_found_by_number(self, store, mdocs):
        made = publish(store)

        assert store.find(NUMBER, acting=ACTING) == made.id
        kept = mdocs.ledger()["documents"][0]
        assert (kept["principal"], kept["name"]) == (f"urn:md:idno:{ACTING.legal_entity_idno}", "Extras.pdf")
        assert datetime.fromisoformat(str(kept["expires_on"])) == UNTIL

    def test_keeps_what_was_said_word_for_word(self, store):
        made = publish(store)

        assert NUMBER in made.sent
        assert made.answered.startswith("201")
        assert made.id in made.answered

    def test_is_found_by_its_whole_number_alone(self, store):
        publish(store, number="LOZ-2026-000001-R11")

        assert store.find(NUMBER, acting=ACTING) == ""

    def test_is_found_on_a_later_page(self, store):
        blob_id = bytes_in(store)
        first = publish(store, blob_id=blob_id)
        for place in range(101):
            publish(store, number=f"{NUMBER}{place}", blob_id=blob_id)

        assert store.find(NUMBER, acting=ACTING) == first.id

    def test_of_many_bytes_arrives_whole(self, store, mdocs):
        content = b"%PDF" + bytes(7 * 1024 * 1024)

        store.keep_bytes(content, media_type="application/pdf", document_type="Unknown", acting=ACTING)

        assert [row["total"] for row in mdocs.ledger()["blobs"]] == [len(content)]
        assert [row["content"]["bytes"] for row in mdocs.ledger()["blobs"]] == [len(content)]

    def test_of_an_unknown_type_is_refused(self, store, mdocs):
        with pytest.raises(Refused, match="documentTypeCode") as refusal:
            store.keep_bytes(PDF, media_type="application/pdf", document_type="NONE", acting=ACTING)

        assert refusal.value.code == "400"
        assert rows(mdocs, "blobs") == 0

    def test_without_bytes_is_refused(self, store, mdocs):
        with pytest.raises(Refused):
            publish(store, blob_id="0")

        assert rows(mdocs, "documents") == 0

    def test_of_another_legal_entity_is_not_ours_to_share(self, store, mdocs):
        other = acting_for(EUGENIA, legal_entity_idno="1000000000007")
        made = publish(store)

        with pytest.raises(Refused):
            store.share(made.id, person_idnp=EUGENIA, begins_at=AT, ends_at=UNTIL, acting=other)

        assert rows(mdocs, "shares") == 0


@pytest.mark.parametrize("form", Form)
class TestShare:
    @pytest.fixture
    def spoken(self, mdocs: Running, form: Form, store: MDocs, tell_form: Callable[[str], None]) -> MDocs:
        del store  # it has emptied MDocs
        tell_form(form)
        return store_in(mdocs, form=form)

    def test_is_with_the_person_for_the_period_and_found(self, spoken, mdocs):
        made = share(spoken, publish(spoken).id)

        there = mdocs.ledger()["shares"][0]
        assert (there["id"], there["shared_for"]) == (made.id, f"urn:md:idnp:{EUGENIA}")
        assert datetime.fromisoformat(str(there["to_at"])) == UNTIL
        document_id = str(there["document_id"])
        assert spoken.find_share(document_id, person_idnp=EUGENIA, acting=ACTING) == made.id

    def test_with_nobody_is_not_found(self, spoken):
        assert spoken.find_share(publish(spoken).id, person_idnp=EUGENIA, acting=ACTING) == ""

    def test_cannot_outlive_the_document_until_that_is_kept_longer(self, spoken):
        document_id, longer = publish(spoken).id, UNTIL + timedelta(days=1)
        with pytest.raises(Refused, match="to"):
            share(spoken, document_id, ends_at=longer)

        spoken.keep_until(document_id, longer, acting=ACTING)
        spoken.keep_until(document_id, longer, acting=ACTING)

        assert share(spoken, document_id, ends_at=longer).id

    def test_is_withdrawn_once_however_often(self, spoken, mdocs):
        document_id = publish(spoken).id
        made = share(spoken, document_id)

        spoken.withdraw(document_id, made.id, acting=ACTING)
        spoken.withdraw(document_id, made.id, acting=ACTING)

        assert rows(mdocs, "shares") == 0
        assert [row["kind"] for row in mdocs.ledger()["effects"]] == ["stored", "shared", "share-withdrawn"]


def test_the_form_that_is_not_spoken_is_refused(store, tell_form):
    document_id = publish(store).id
    tell_form("guide")

    with pytest.raises(Refused):
        share(store, document_id)


@pytest.fixture
def tell_form(mdocs: Running) -> Callable[[str], None]:
    def tell(form: str) -> None:
        mdocs._post("/control/mdocs", {"form": str(form)})

    return tell


class TestLostAnswer:
    @pytest.mark.parametrize("mode", LOST)
    def test_to_a_publication_is_unknown_and_the_document_is_found(self, mode, store, mdocs):
        blob_id = bytes_in(store)
        mdocs.behave(mode, operations=["publish"], times=1, seconds=0.05)

        with pytest.raises(OutcomeUnknown):
            publish(store, blob_id=blob_id)

        assert store.find(NUMBER, acting=ACTING) == mdocs.ledger()["documents"][0]["id"]

    @pytest.mark.parametrize("mode", [Mode.BEFORE_COMMIT_TIMEOUT, Mode.SERVER_ERROR])
    def test_to_a_publication_that_never_was_is_unknown_and_nothing_is_found(self, mode, store, mdocs):
        blob_id = bytes_in(store)
        mdocs.behave(mode, operations=["publish"], times=1, seconds=0.05)

        with pytest.raises(OutcomeUnknown):
            publish(store, blob_id=blob_id)

        assert store.find(NUMBER, acting=ACTING) == ""

    @pytest.mark.parametrize("mode", LOST)
    def test_to_a_share_is_unknown_and_the_share_is_found(self, mode, store, mdocs):
        document_id = publish(store).id
        mdocs.behave(mode, operations=["share"], times=1, seconds=0.05)

        with pytest.raises(OutcomeUnknown):
            share(store, document_id)

        found = store.find_share(document_id, person_idnp=EUGENIA, acting=ACTING)
        assert [found] == [row["id"] for row in mdocs.ledger()["shares"]]

    @pytest.mark.parametrize("mode", [one for one in LOST if one is not Mode.CUT_ANSWER])  # an empty one has no middle
    def test_to_a_withdrawal_is_unknown_and_it_may_be_repeated(self, mode, store, mdocs):
        document_id = publish(store).id
        made = share(store, document_id)
        mdocs.behave(mode, operations=["withdraw"], times=1, seconds=0.05)

        with pytest.raises(OutcomeUnknown):
            store.withdraw(document_id, made.id, acting=ACTING)
        store.withdraw(document_id, made.id, acting=ACTING)

        assert rows(mdocs, "shares") == 0

    @pytest.mark.parametrize("mode", LOST)
    def test_to_the_bytes_leaves_what_no_document_names(self, mode, store, mdocs):
        mdocs.behave(mode, operations=["blob"], times=1, seconds=0.05)

        with pytest.raises(OutcomeUnknown):
            bytes_in(store)

        assert publish(store).id
        assert (rows(mdocs, "blobs"), rows(mdocs, "documents")) == (2, 1)

    @pytest.mark.parametrize("mode", [Mode.AFTER_COMMIT_TIMEOUT, Mode.CUT_ANSWER, Mode.SERVER_ERROR, Mode.DOWN_UNTIL])
    def test_to_a_question_is_asked_again(self, mode, store, mdocs):
        made = publish(store)
        mdocs.behave(mode, operations=["find"], times=1, seconds=0.05)

        with pytest.raises(TryLater):
            store.find(NUMBER, acting=ACTING)

        assert store.find(NUMBER, acting=ACTING) == made.id

    def test_that_is_a_log_in_page_is_unusable(self, store, mdocs):
        mdocs.behave(Mode.GARBAGE, operations=["find"], times=1)

        with pytest.raises(UnusableAnswer):
            store.find(NUMBER, acting=ACTING)

    def test_that_comes_too_late_is_unknown(self, store, mdocs):
        blob_id = bytes_in(store)
        mdocs.behave(Mode.SLOW, operations=["publish"], times=1, seconds=1.5)

        with pytest.raises(OutcomeUnknown):
            publish(store, blob_id=blob_id)

    def test_about_a_share_with_another_person_is_none_of_ours(self, store, mdocs):
        document_id = publish(store).id
        share(store, document_id)
        mdocs.behave(Mode.WRONG_SUBJECT, operations=["find-share"], times=1)

        assert store.find_share(document_id, person_idnp=EUGENIA, acting=ACTING) == ""


class TestConnection:
    def test_with_an_ended_certificate_is_not_made_and_nothing_is_done(self, mdocs, store):
        mdocs.behave(Mode.EXPIRED_CERTIFICATE)
        fresh = store_in(mdocs)  # a kept connection shakes no hands

        with pytest.raises(TryLater, match="certificate"):
            bytes_in(fresh)

        assert rows(mdocs, "blobs") == 0

    def test_of_a_system_that_is_not_registered_is_turned_away(self, mdocs, store):
        right = certificate_of(mdocs.folder.parent)
        folder = mdocs.folder.parent / "authority" / "mdocs"
        stranger = SystemCertificate(
            key=folder / "key.pem", certificate=folder / "certificate.pem", trust=Path(right.trust)
        )
        limits = Limits(connect=2, answer=1)
        other = MDocs(url=f"{mdocs.system_url}/api", certificate=stranger, limits=limits)

        with pytest.raises(TryLater, match="403"):
            bytes_in(other)

    def test_no_address_names_a_person(self, store, mdocs):
        document_id = publish(store).id
        sent = [publish(store, number="R2"), share(store, document_id)]
        sent.append(store.withdraw(document_id, sent[1].id, acting=ACTING))

        assert [EUGENIA in one.sent.partition("\n")[0] for one in sent] == [False, False, False]


class TestCheck:
    def test_says_that_all_is_well(self, store):
        found = store.check(at=AT)

        assert {one.level for one in found} == {Level.OK}
        assert "MDocs answers and knows the document type Unknown" in [one.fact for one in found]

    def test_names_a_type_that_mdocs_does_not_know(self, mdocs, store):
        found = store_in(mdocs, types=("EXTRAS", "DIPLOMA")).check(at=AT)

        wrong = [one for one in found if one.level is Level.ERROR]
        assert [one.fact for one in wrong] == ["MDocs has no document type DIPLOMA"]
        assert wrong[0].next_step

    @pytest.mark.parametrize("mode", [Mode.SERVER_ERROR, Mode.GARBAGE, Mode.CUT_ANSWER])
    def test_says_what_is_wrong_and_what_to_do(self, mode, store, mdocs):
        mdocs.behave(mode)

        found = store.check(at=AT)

        assert [bool(one.next_step) for one in found if one.level is Level.ERROR] == [True]

    def test_says_that_our_certificate_ends(self, store):
        found = store.check(at=AT + timedelta(days=715))

        assert next(one.level for one in found if "ours" in one.fact) is Level.WARNING


class TestPersonAtHome:
    """What the simulated MDocs shows to the person: the proof that the share is of use."""

    def cabinet(self, mdocs: Running, idnp: str) -> httpx.Response:
        return httpx.post(f"{mdocs.url}/", data={"idnp": idnp, "lang": "ro"}, timeout=10)

    def test_sees_and_opens_the_result_while_it_is_shared(self, store, mdocs):
        document_id = publish(store).id
        share_id = share(store, document_id).id

        assert "Extras.pdf" in self.cabinet(mdocs, EUGENIA).text
        opened = httpx.post(f"{mdocs.url}/open", data={"idnp": EUGENIA, "share": share_id}, timeout=10)
        assert opened.content == PDF

        store.withdraw(document_id, share_id, acting=ACTING)
        assert "Extras.pdf" not in self.cabinet(mdocs, EUGENIA).text
        again = httpx.post(f"{mdocs.url}/open", data={"idnp": EUGENIA, "share": share_id}, timeout=10)
        assert again.status_code == 404

    def test_sees_nothing_of_others(self, store, mdocs):
        share(store, publish(store).id)

        assert "Extras.pdf" not in self.cabinet(mdocs, "2000000000004").text

    def test_is_told_that_a_number_is_wrong(self, store, mdocs):
        assert self.cabinet(mdocs, "1234567890123").status_code == 422
