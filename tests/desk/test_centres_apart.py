"""Every address that names an object, tried by an operator of another centre: twice, with and without our own checks.

The list of addresses is read from the product. One that takes an object and stands in none of the tables below makes
`test_every_address_says_how_it_is_tried` fail: say there which object it takes and what is sent to it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.desk.addresses import GALLERY
from tests.desk.shop import ADMINISTRATOR, DIMITAR, EUGENIA, ILINCA, LIDIA, Shop, enter
from tests.support import counter

from ghiseu.channels.desk import pages, reach
from ghiseu.channels.desk.session import OperatorOfRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.modules.cases.models import CallTask, Case, WitnessTask
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.grant_models import AccessGrant
from ghiseu.modules.centres.models import Assignment, Centre, Operator, Role
from ghiseu.modules.documents.models import Document, UploadSession
from ghiseu.modules.payments.models import PaymentOrder, UnassignedPayment
from ghiseu.modules.privacy.models import CorrectionRequest
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import Visit

GHEORGHE = "2099080102964"
SHA256 = "ab" * 32
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is sent to an address so that it would act if the object were ours."""

    method: str = "get"
    body: dict[str, str] = field(default_factory=dict)
    text: str = ""
    media_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)


GET, POST = Trial(), Trial(method="post")


def posts(**body: str) -> Trial:
    return Trial(method="post", body=body)


# What is sent to each address. The object is named by the words of the route: see `Abroad.named`.
TRIALS: dict[str, tuple[Trial, ...]] = {
    "desk:case": (GET,),
    "desk:open-nevertheless": (POST,),
    "desk:presence": (GET,),
    "desk:choose": (posts(readback_language="ru"),),
    "desk:read-again": (POST,),
    "desk:answer": (GET, POST),
    "desk:end-case": (posts(outcome="withdrawn"),),
    "desk:save-field": (posts(value="inheritance", version="0"),),
    "desk:dispute-field": (posts(**{"purpose-dispute": "other", "purpose-evidence": "paper"}),),
    "desk:upload": (POST, posts(withdraw=str(uuid4()))),
    "desk:upload-begin": (
        Trial(method="post", text=f'{{"name": "x.png", "size": 4, "sha256": "{SHA256}"}}', media_type=JSON),
    ),
    "desk:upload-chunk": (
        Trial(
            method="put",
            text="abcd",
            media_type="application/octet-stream",
            headers={"Content-Range": "bytes 0-3/4"},
        ),
    ),
    "desk:document": (GET,),
    "desk:withdraw-document": (POST,),
    "desk:delivery": (GET, posts(act="order"), posts(act="packed"), posts(act="call-off")),
    "desk:share-results": (POST,),
    "desk:withdraw-results": (POST,),
    "desk:check": (GET,),
    "desk:signed": (POST,),
    "desk:case-screen": (GET, posts(act="show")),
    "desk:case-msign": (GET, posts(act="sign"), posts(act="cancel")),
    "desk:ask-witness": (POST,),
    "desk:witness": (GET, posts(text_sha256=SHA256)),
    "desk:submit": (posts(command_id=str(uuid4())),),
    "desk:sent": (GET, Trial(headers={"X-By-Itself": "1"})),
    "desk:paper": (GET,),
    "desk:supplement": (GET, posts(command_id=str(uuid4()))),
    "desk:hand-over": (GET, posts(command_id=str(uuid4()), copies="1")),
    "desk:resume-case": (GET, posts(reason="seen", act="resume")),
    "desk:portal": (GET,),
    "desk:file-number": (posts(institution_number="X-1"),),
    "desk:portal-answer": (posts(answer="approved"),),
    "desk:appointment": (GET,),
    "desk:book": (posts(slot="1", office="1", starts_at="2026-12-01T09:00:00+02:00"),),
    "desk:ask-about-appointment": (POST,),
    "desk:wish-appointment": (POST,),
    "desk:move-appointment": (posts(slot="1", office="1", starts_at="2026-12-01T09:00:00+02:00"),),
    "desk:cancel-appointment": (POST,),
    "desk:payment": (GET,),
    "desk:mpay-note": (GET,),
    "desk:issue-order": (POST,),
    "desk:call": (GET, posts(answer="told", note="said")),
    "desk:ask-again": (POST,),
    "desk:settle-payment": (
        posts(act="assign", order_key="2345-6789-ABCD"),
        posts(act="refund", reason="why"),
        posts(act="agree"),
        posts(act="decline"),
    ),
    "desk:withdraw-agreement": (POST,),
    "desk:approve-grant": (POST,),
    "desk:end-grant": (POST,),
    "desk:correction": (GET,),
    "desk:correction-paper": (GET,),
    "desk:answer-correction": (posts(state="answered", answer="corrected"),),
}
# Addresses whose object is of no centre, and why.
OF_NO_CENTRE = {
    "desk:service": "published services are the same everywhere",
    "desk:granted-paper": "a paper about a published service",
    "desk:open-case": "names a published service; the case that it opens is of the visit at this desk",
    "citizen:status": "whoever holds the 128-bit code of a slip reads it; nothing personal is there",
    "callbacks:institution-push": "names an institution, and counts only with its signature",
    "callbacks:delivery-details": "told to MDelivery alone, which proves itself by its certificate",
    "callbacks:delivery-status": "taken from MDelivery alone, as above",
    "callbacks:delivery-changes": "told to MDelivery alone, as above; names a service of ours",
}
# Addresses of people who work at no centre: an operator is turned away before any object is looked for.
OF_PEOPLE_WITHOUT_A_CENTRE = {
    "programme:finding": GET,
    "programme:incident": GET,
    "programme:change-incident": POST,
    "programme:incident-duty": POST,
    "programme:close-incident": POST,
    "programme:incident-people": POST,
    "programme:count-incident": POST,
    "programme:incident-letter": GET,
    "programme:legal-log-again": POST,
    "programme:legal-log-aside": POST,
    "programme:support-case": GET,
    "programme:support-read": GET,
    "programme:support-approve": POST,
    "programme:support-end": POST,
}


def addresses_with_objects() -> dict[str, str]:
    """Return the route of every address with a variable part, by name."""

    def walk(patterns: list[URLPattern | URLResolver], before: str, channel: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, route, one.app_name or channel)
            elif channel not in GALLERY and "<" in route:
                yield f"{channel}:{one.name}", route

    return dict(walk(get_resolver().url_patterns, "/", ""))


ROUTES = addresses_with_objects()


def test_every_address_says_how_it_is_tried():
    unsaid = set(ROUTES) - set(TRIALS) - set(OF_NO_CENTRE) - set(OF_PEOPLE_WITHOUT_A_CENTRE)
    assert unsaid == set(), "say how to test it: TRIALS, or one of the other tables with the reason"


def test_no_table_names_an_address_that_is_gone():
    assert {*TRIALS, *OF_NO_CENTRE, *OF_PEOPLE_WITHOUT_A_CENTRE} - set(ROUTES) == set()


@dataclass(frozen=True, kw_only=True)
class Abroad:
    """Objects of Lozova, and a case of Tvardița's own: what Dimitar of Tvardița tries to reach, and from where."""

    lozova: AtDesk
    tvardita: AtDesk
    number: str
    document: str
    upload: str
    task: int
    witnessing: int
    submission: str
    grant: int
    payment: int
    correction: str
    visit: str
    own_number: str

    def named(self, route: str) -> list[tuple[str, str]]:
        """Return each path that names an object of Lozova, with the same path that names what nobody has.

        Where an address takes two, also the one of Lozova below a case of one's own.
        """
        of_others = {"/work-list/deliveries": self.submission, "/corrections": self.correction}
        number = next((own for begins, own in of_others.items() if route.startswith(begins)), self.number)
        foreign = {
            "number": number,
            "key": self.document,
            "upload": self.upload,
            "task": str(self.task),
            "witnessing": str(self.witnessing),
            "grant": str(self.grant),
            "payment": str(self.payment),
            "field": "purpose",
            "paper": "slip",
            "centre": "LOZ",
            "finding": "1",
            "shipment": "1",
            "incident": "1",
            "duty": "early_warning",
            "language": "ro",
        }
        nobodys = {
            **foreign,
            "number": "LOZ-2026-999999-00",
            "key": str(uuid4()),
            "upload": str(uuid4()),
            "task": "987654",
            "witnessing": "987654",
            "grant": "987654",
            "payment": "987654",
        }
        found = [(filled(route, foreign), filled(route, nobodys))]
        if "<str:key>" in route or "<str:upload>" in route:
            own = {"number": self.own_number}
            found.append((filled(route, {**foreign, **own}), filled(route, {**nobodys, **own})))
        return found

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return everything that Lozova has, its journal too."""
        with scoped_to(self.lozova.scope), transaction():
            return {
                model._meta.label: list(model._default_manager.order_by("pk").values_list())
                for model in models_of_a_centre()
            }


def models_of_a_centre() -> list[type]:
    """Return the models whose rows belong to one centre."""
    found = [one for one in apps.get_models() if {f.attname for f in one._meta.fields} & {"centre_id"}]
    return [one for one in found if one._meta.app_label != "centres" or one is AccessGrant]


def filled(route: str, values: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], route)


@pytest.fixture
def abroad(shop: Shop, as_owner: Callable[[], AbstractContextManager[None]]) -> Abroad:
    with as_owner():
        Assignment.objects.create(
            operator=Operator.objects.by_idnp(DIMITAR),
            centre=Centre.objects.get(code="TVA"),
            role=Role.CENTRE_LEAD,
            from_date="2026-01-01",
        )
    lozova, tvardita = shop.lidia, counter.place(DIMITAR, centre="TVA")
    at = clock.now()
    with scoped_to(lozova.scope):
        counter.scan(shop.number, "id_applicant", to=lozova, at=at)
    begun = Trial(method="post", text=f'{{"name": "x.png", "size": 4, "sha256": "{SHA256}"}}', media_type=JSON)
    assert sent(enter(LIDIA), f"/cases/{shop.number}/documents/begin?paper=id_applicant", begun).status_code == 200
    with scoped_to(lozova.scope), transaction():
        case = Case.objects.get(number=shop.number)
        made = {"centre_id": lozova.centre_id, "case": case}
        asked = {"visit": case.visit, "text_sha256": SHA256, "asked_at": at, "asked_by_id": lozova.operator_id}
        witnessing = WitnessTask.objects.create(**made, **asked)
        task = CallTask.objects.create(**made, reason="alarm", due_on=at.date(), made_at=at)
        delivery = Submission.objects.create(
            **made,
            number="LOZ-2026-123456-78",
            institution="asp",
            payload="{}",
            payload_sha256=SHA256,
            acting="{}",
            state="held",
            resolve_by=at,
            created_at=at,
        )
        asker = Operator.objects.by_idnp(ADMINISTRATOR)
        grant = AccessGrant.objects.create(
            centre_id=lozova.centre_id, case_number=case.number, asker=asker, reason="x" * 20, hours=1, asked_at=at
        )
        asked_of_owner = {"register": "RSP", "field": "address", "person_says": "x", "evidence": "y", "language": "ro"}
        correction = CorrectionRequest.objects.create(
            **asked_of_owner,
            centre_id=lozova.centre_id,
            number="LOZ-2026-123457-75",
            visit=case.visit,
            person=case.holder,
            asked_at=at,
            asked_by_id=lozova.operator_id,
            answer_due_on=at.date(),
        )
        of_money = {"amount": 80, "currency": "MDL", "centre_id": lozova.centre_id}
        order = PaymentOrder.objects.create(
            **of_money, case=case, key="2345-6789-ABCD", lines=[], quote={}, issued_at=at, expires_at=at
        )
        money = UnassignedPayment.objects.create(
            **of_money, order=order, order_key=order.key, payment_id="77", why="amount", paid_at=at, received_at=at
        )
        found = {
            "correction": correction.number,
            "document": str(Document.objects.get().key),
            "upload": str(UploadSession.objects.get().key),
            "visit": Visit.objects.get().number,
        }
    with scoped_to(tvardita.scope):
        visit = counter.come(GHEORGHE, to=tvardita, at=at)
        own = counter.ask_for("asp.civil.extract-birth", visit=visit, to=tvardita, at=at)
    return Abroad(
        lozova=lozova,
        tvardita=tvardita,
        number=shop.number,
        task=task.pk,
        witnessing=witnessing.pk,
        submission=delivery.number,
        grant=grant.pk,
        payment=money.pk,
        own_number=own,
        **found,
    )


@pytest.fixture(params=["our checks and the database", "the database alone"])
def checks(request: pytest.FixtureRequest, abroad: Abroad, monkeypatch: pytest.MonkeyPatch) -> str:
    """Leave the product as it is; then make it believe that Dimitar sits at Lozova's desk with every role there.

    What the product believes decides its roles, its filters by centre and which visit is open. The database is told
    the centre of the operator's session all the same: only its own policies stand between.
    """
    if request.param == "the database alone":
        every_role = replace(abroad.lozova, roles=frozenset(Role.values))
        find = OperatorOfRequest._find

        def believed(self: OperatorOfRequest, asking: HttpRequest) -> AtDesk | None:
            place = find(self, asking)
            asking.at_desk = every_role
            return place

        monkeypatch.setattr(OperatorOfRequest, "_find", believed)
        monkeypatch.setattr(pages, "_turn_away", lambda request, roles: None)
        monkeypatch.setattr(reach, "require", lambda request, number, visit: None)
    return str(request.param)


def sent(browser: Client, path: str, trial: Trial) -> HttpResponse:
    method = getattr(browser, trial.method)
    if trial.media_type:
        return method(path, trial.text, content_type=trial.media_type, headers=trial.headers)
    return method(path, trial.body, headers=trial.headers)


def every_trial(abroad: Abroad) -> list[tuple[str, Trial, str, str]]:
    """Return name of the address, what is sent, the path of an object of Lozova, the path of what nobody has."""
    return [(name, trial, *paths) for name in TRIALS for trial in TRIALS[name] for paths in abroad.named(ROUTES[name])]


def words_of(answer: HttpResponse, path: str) -> str:
    """Return the answer without the address that was asked for and without the token against forgery."""
    told = answer.content.decode()
    for one in (path, quote(path, safe="")):
        told = told.replace(one, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", told)


def refusals(place: AtDesk) -> list[JournalRecord]:
    with scoped_to(place.scope), transaction():
        return list(JournalRecord.objects.filter(event="access.refused").order_by("pk"))


class TestObjectOfAnotherCentre:
    def test_is_answered_as_one_that_does_not_exist_and_changes_nothing_there(self, abroad, checks):
        dimitar, before, told_apart, expected = enter(DIMITAR), abroad.rows(), [], []
        for name, trial, foreign, nobodys in every_trial(abroad):
            answer, other = sent(dimitar, foreign, trial), sent(dimitar, nobodys, trial)
            if answer.status_code != 404 or words_of(answer, foreign) != words_of(other, nobodys):
                told_apart.append(f"{trial.method} {foreign}: {answer.status_code}, nobody's {other.status_code}")
            expected += [{"address": name, "method": trial.method.upper()}] * 2

        assert told_apart == []
        assert abroad.rows() == before
        lines = refusals(abroad.tvardita)
        assert [one.details for one in lines] == expected
        assert {(one.has_subject, one.subject_idnp, one.case_number) for one in lines} == {(False, "", "")}


class TestAddressesOfPeopleWithoutACentre:
    def test_turn_every_operator_away(self, abroad):
        answers = {
            name: sent(enter(DIMITAR), abroad.named(ROUTES[name])[0][0], trial).status_code
            for name, trial in OF_PEOPLE_WITHOUT_A_CENTRE.items()
        }
        assert answers == dict.fromkeys(OF_PEOPLE_WITHOUT_A_CENTRE, 403)


class TestListsSearchesAndVisits:
    def test_show_nothing_of_another_centre(self, abroad, checks):
        dimitar = enter(DIMITAR)
        shown = [dimitar.get("/visit"), dimitar.get("/")]
        shown += [
            dimitar.get("/work-list", {"list": which})
            for which in ("drafts", "institution", "results", "calls", "deliveries")
        ]
        for words in (abroad.number, abroad.submission, EUGENIA, "Munteanu"):
            shown.append(dimitar.post("/find", {"q": words}, follow=True))
            shown.append(dimitar.post("/find", {"q": words, "fragment": "1"}))

        for answer in shown:
            page = answer.content.decode().replace(f'value="{EUGENIA}"', "")
            assert f"/cases/{abroad.number}" not in page
            assert "Eugenia" not in page
            assert abroad.visit not in page

    @pytest.mark.parametrize("act", ["end", "reveal", "contact", "for", "for-oneself", "powers"])
    def test_a_visit_of_another_centre_is_not_touched(self, act, abroad, checks):
        dimitar, before = enter(DIMITAR), abroad.rows()

        answer = dimitar.post(f"/visit/{act}", {"visit": abroad.visit, "phone": "+37369000000", "language": "ru"})

        assert answer.status_code in {302, 404, 409}
        assert EUGENIA not in answer.content.decode()
        assert abroad.rows() == before


class TestTheTrialsThemselves:
    """A trial that would be refused at home proves nothing abroad."""

    def test_find_their_object_at_home(self, abroad):
        at, ilinca = clock.now(), counter.place(ILINCA)
        with scoped_to(abroad.lozova.scope):
            counter.leave(counter.all_of(Visit, number=abroad.visit)[0], to=abroad.lozova, at=at)
            counter.come(EUGENIA, to=ilinca, at=at)
        lead, lost = enter(ILINCA), []
        for which in ("witness", "calls"):
            lead.get("/work-list", {"list": which})
        for name, trial, path, _ in every_trial(abroad):
            if path.startswith(f"/cases/{abroad.own_number}/"):
                continue
            status = sent(lead, path, trial).status_code
            if status in {404, 405} or status >= 500:
                lost.append(f"{trial.method} {name}: {status}")

        assert lost == []
