"""No answer of one visit holds a value of the citizen of another.

Two operators at two desks of one centre serve four people who have nothing to do with each other, in any order, with
all that happens at a counter between: old windows, Back, locked screens, searches. After every step the whole answer
(page, script's answer or paper) is looked through for everything that is known of each person: what the registers said,
the number, the names, what was typed. Only what belongs to that person alone counts, and what the request itself
carried does not: a page repeats what was just typed into it.

What an answer may hold, precisely:

1. any answer: values of the person whose visit is open at this desk;
2. the work list, and a search for words sent in this visit (also its page asked for again): names and numbers of whom
   it finds;
3. a page, paper or script's answer of case N: values of the people of N, only when a list or search of 2, or the press
   "Open nevertheless" on N, has named N since the last visit began or ended at this desk, in this operator's session;
4. nothing else. With no visit open, 1 is empty. Beginning and ending a visit empties 2 and 3.

20 examples are played with the other tests, 300 with HYPOTHESIS_PROFILE=long, 2000 with `make nightly`.
"""

import html
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings as product
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction as django_transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.desk.addresses import Values, every_address
from tests.desk.shop import ILINCA, LIDIA, enter
from tests.support import counter
from tests.support.platform_place import registers_of
from tests.support.recorded_registers import RecordedRegisters

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.centres import sign_in
from simulators.common.process import Running

BIRTH, RECORD = "asp.civil.extract-birth", "mai.criminal-record"
PEOPLE = {
    "2099010100376": "Eugenia",
    "2099080102964": "Gheorghe",
    "2099220108140": "Valentina",
    "2099230108510": "Tudor",
}
EXAMPLES = {"nightly": 2000, "long": 300}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 20)
STEPS = 25
PROFILE = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    print_blob=True,
)
SHORTEST = 5
NUMBER = re.compile(r"/cases/([A-Z]{3}-\d{4}-\d{6}-\d\d)")
ANY = "LOZ-2026-000000-00"
# Every address below a case, from the product's own list: a new one is played too.
OF_A_CASE = sorted(
    {one.path.removeprefix(f"/cases/{ANY}") for one in every_address(Values(number=ANY)) if one.is_of_a_case}
    | {"/papers/request", "/sent?mark=1"}
)
OF_A_VISIT = ("/", "/visit", "/services", f"/services/{BIRTH}", f"/services/{RECORD}")
TYPED = "applicant_id_document"
LISTS = ("drafts", "institution", "results", "calls", "deliveries")


@dataclass
class World:
    """What is known of each person, and every case that was opened for them."""

    answers: RecordedRegisters
    typed: dict[str, set[str]] = field(default_factory=lambda: {idnp: set() for idnp in PEOPLE})
    cases: dict[str, str] = field(default_factory=dict)

    def canary(self, idnp: str) -> str:
        """Return a new word that is typed for this person and for nobody else."""
        word = f"Zq{PEOPLE[idnp]}{uuid4().hex[:8]}"
        self.typed[idnp].add(word)
        return word

    def values_of(self, idnp: str) -> set[str]:
        """Return everything that is known of the person and of none of the others."""
        everything = {one: self.answers.words_about(one) | {one} for one in PEOPLE}
        others = " ".join(word for one, words in everything.items() if one != idnp for word in words)
        said = {word for word in everything[idnp] if len(word) >= SHORTEST and word not in others}
        return {word for word in said if not word.isascii() or not word.islower()} | self.typed[idnp]


@dataclass
class DeskInUse:
    """An operator's browser, and what the rules of this file let it see."""

    browser: Client
    idnp: str = ""
    visit: str = ""
    named: set[str] = field(default_factory=set)
    searches: set[str] = field(default_factory=set)
    old_visits: list[str] = field(default_factory=list)
    old_searches: list[str] = field(default_factory=list)

    def changes_hands(self) -> None:
        """A visit begins or ends: what was looked for is forgotten."""
        self.old_searches += sorted(self.searches)
        self.named, self.searches = set(), set()


def text_of(answer: HttpResponse) -> str:
    """Return what a person can read in the answer, and everything a script could."""
    content = answer.getvalue()
    if answer.headers.get("Content-Type", "").startswith("application/pdf"):
        told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
        return " ".join(told.stdout.decode().split())
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    raw = content.decode(errors="replace")
    return f"{headers} {raw} {html.unescape(raw)} {raw.encode().decode('unicode_escape', errors='replace')}"


def never_more_than(answer: HttpResponse, seen: set[str], world: World, *, sent: str = "") -> None:
    """Fail when the answer holds a value of somebody who is not in `seen`; what was just sent does not count."""
    text = text_of(answer)
    for idnp in PEOPLE.keys() - seen:
        found = sorted(word for word in world.values_of(idnp) if word in text and word not in sent)
        path = answer.request["PATH_INFO"]
        assert not found, f"{answer.request['REQUEST_METHOD']} {path} ({answer.status_code}) shows {found} of {idnp}"


class TwoDesks(RuleBasedStateMachine):
    """Each rule is one thing that an operator, or a window left open, does."""

    world: World
    desk = st.integers(0, 1)
    person = st.sampled_from(sorted(PEOPLE))
    which = st.integers(0, 20)

    def __init__(self) -> None:
        super().__init__()
        self.undone = django_transaction.atomic()  # noqa: TID251 - each example is undone
        self.undone.__enter__()
        self.world.typed = {idnp: set() for idnp in PEOPLE}
        self.world.cases = {}
        self.desks: list[DeskInUse] = []

    def teardown(self) -> None:
        django_transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(people=st.permutations(sorted(PEOPLE)))
    def the_morning(self, people: list[str]) -> None:
        """At each desk one person was served and has left, and another one is there; each has a case."""
        self.desks = [DeskInUse(browser=enter(LIDIA)), DeskInUse(browser=enter(ILINCA, place=1))]
        for at, first, second in ((0, people[0], people[1]), (1, people[2], people[3])):
            self.somebody_comes(at=at, idnp=first)
            self.a_case_is_opened(at=at, service=RECORD)
            self.a_telephone_is_noted(at=at)
            self.the_visit_ends(at=at, follow=True)
            self.somebody_comes(at=at, idnp=second)
            self.a_case_is_opened(at=at, service=RECORD)
        assert sorted(self.world.cases.values()) == sorted(PEOPLE)
        for which in range(len(PEOPLE)):
            self.a_field_is_typed(at=which // 2, which=which)

    # The visit

    @rule(at=desk, idnp=person)
    def somebody_comes(self, at: int, idnp: str) -> None:
        here = self.desks[at]
        answer = here.browser.post("/visits", {"who": idnp, "seen": "identity_card"})
        if not here.visit:
            assert answer.status_code == 302
            here.changes_hands()
            here.idnp = idnp
            here.visit = self._visit_at(here)
            assert here.visit
        self._only_the_person(answer, here, sent=idnp)

    @rule(at=desk, follow=st.booleans())
    def the_visit_ends(self, at: int, follow: bool) -> None:
        here = self.desks[at]
        if not here.visit:
            return
        answer = here.browser.post("/visit/end", {"visit": here.visit, "outcome": "served"})
        here.old_visits.append(here.visit)
        here.idnp = here.visit = ""
        here.changes_hands()
        self._only_the_person(answer, here)
        if follow:
            self._only_the_person(here.browser.get(answer["Location"]), here)

    @rule(at=desk, idnp=person)
    def the_next_comes_and_the_last_is_ended_by_the_same_press(self, at: int, idnp: str) -> None:
        here = self.desks[at]
        if not here.visit or here.idnp == idnp:
            return
        answer = here.browser.post("/visits", {"who": idnp, "seen": "passport", "ends": here.visit})
        assert answer.status_code == 302
        here.old_visits.append(here.visit)
        here.changes_hands()
        here.idnp = idnp
        here.visit = self._visit_at(here)
        self._only_the_person(answer, here, sent=idnp)

    @rule(at=desk, act=st.sampled_from(["end", "reveal", "contact", "for-oneself", "for"]), which=which)
    def a_form_of_an_old_visit_is_sent(self, at: int, act: str, which: int) -> None:
        here = self.desks[at]
        if not here.old_visits:
            return
        old = here.old_visits[which % len(here.old_visits)]
        answer = here.browser.post(f"/visit/{act}", {"visit": old, "phone": "", "language": "ro"})
        self._only_the_person(answer, here)
        assert self._visit_at(here) == here.visit

    @rule(at=desk)
    def the_number_is_revealed(self, at: int) -> None:
        here = self.desks[at]
        self._only_the_person(here.browser.post("/visit/reveal", {"visit": here.visit}), here)

    @rule(at=desk)
    def a_telephone_is_noted(self, at: int) -> None:
        here = self.desks[at]
        if not here.visit:
            return
        told = {"visit": here.visit, "relative": self.world.canary(here.idnp), "language": "ro"}
        self._only_the_person(here.browser.post("/visit/contact", told, follow=True), here)

    @rule(at=desk, path=st.sampled_from(OF_A_VISIT))
    def a_page_of_the_visit_is_opened(self, at: int, path: str) -> None:
        here = self.desks[at]
        self._only_the_person(here.browser.get(path), here)

    # The cases

    @rule(at=desk, service=st.sampled_from([BIRTH, RECORD]))
    def a_case_is_opened(self, at: int, service: str) -> None:
        here = self.desks[at]
        if not here.visit:
            return
        told = {"visit": here.visit, "command_id": str(uuid4()), "answer-transnistria_act": "no"}
        answer = here.browser.post(f"/services/{service}/open", told)
        found = NUMBER.search(answer.headers.get("Location", ""))
        if found:
            self.world.cases.setdefault(found[1], here.idnp)
        self._only_the_person(answer, here)

    @rule(at=desk, page=st.sampled_from(OF_A_CASE), which=which)
    def an_address_of_a_case_is_opened(self, at: int, page: str, which: int) -> None:
        here, number = self.desks[at], self._case(which)
        by_itself = {"X-By-Itself": "1"} if page in {"/presence", "/sent?mark=1"} else {}
        answer = here.browser.get(f"/cases/{number}{page}", headers=by_itself)
        never_more_than(answer, self._may_see(here, number), self.world)

    @rule(at=desk, which=which)
    def every_address_of_a_case_is_opened_again(self, at: int, which: int) -> None:
        for page in OF_A_CASE:
            self.an_address_of_a_case_is_opened(at=at, page=page, which=which)

    @rule(at=desk)
    def the_pages_of_the_visit_are_opened_again(self, at: int) -> None:
        for path in OF_A_VISIT:
            self.a_page_of_the_visit_is_opened(at=at, path=path)

    @rule(at=desk, which=which)
    def a_field_is_typed(self, at: int, which: int) -> None:
        here, number = self.desks[at], self._case(which)
        word, version = self.world.canary(self.world.cases[number]), "0"
        for _ in range(2):  # the first may be answered with what stands there, and its version
            told = {"value": word, "version": version}
            answer = here.browser.post(f"/cases/{number}/fields/{TYPED}", told)
            never_more_than(answer, self._may_see(here, number), self.world, sent=word)
            version = str(answer.json().get("version", 0))

    @rule(
        at=desk,
        act=st.sampled_from(["choose", "read-again", "end", "submit", "signed", "hand-over", "supplement"]),
        which=which,
    )
    def a_press_in_an_old_window(self, at: int, act: str, which: int) -> None:
        here, number = self.desks[at], self._case(which)
        if act == "end" and which % 4:
            return  # most cases stay open
        told = {"command_id": str(uuid4()), "readback_language": "ru", "outcome": "withdrawn"}
        answer = here.browser.post(f"/cases/{number}/{act}", told)
        never_more_than(answer, self._may_see(here, number), self.world)

    @rule(at=desk, which=which)
    def a_case_is_opened_nevertheless(self, at: int, which: int) -> None:
        here, number = self.desks[at], self._case(which)
        answer = here.browser.post(f"/cases/{number}/open-nevertheless")
        here.named.add(number)
        never_more_than(answer, self._may_see(here, number), self.world)

    # Looking for somebody

    @rule(at=desk, which=st.sampled_from(LISTS))
    def the_work_list_is_opened(self, at: int, which: str) -> None:
        here = self.desks[at]
        here.named |= set(NUMBER.findall(here.browser.get("/work-list", {"list": which}).content.decode()))

    @rule(at=desk, idnp=person, by=st.sampled_from(["idnp", "name", "half"]), typing=st.booleans())
    def somebody_is_looked_for(self, at: int, idnp: str, by: str, typing: bool) -> None:
        here = self.desks[at]
        words = {"idnp": idnp, "name": PEOPLE[idnp], "half": PEOPLE[idnp][:3]}[by]
        if typing:
            answer = here.browser.post("/find", {"q": words, "fragment": "1"})
            shows = by == "idnp"
        else:
            sent = here.browser.post("/find", {"q": words})
            here.searches.add(sent["Location"])
            answer, shows = here.browser.get(sent["Location"]), True
        if shows:
            here.named |= set(NUMBER.findall(answer.content.decode()))
        else:
            self._only_the_person(answer, here, sent=words)

    @rule(at=desk, which=which)
    def an_old_search_is_opened_again(self, at: int, which: int) -> None:
        here = self.desks[at]
        if here.old_searches:
            self._only_the_person(here.browser.get(here.old_searches[which % len(here.old_searches)]), here)

    # The screen

    @rule(at=desk, path=st.sampled_from(["/visit", "/work-list", "case"]), which=which)
    def the_screen_is_locked_and_the_same_operator_comes_back(self, at: int, path: str, which: int) -> None:
        here = self.desks[at]
        here.browser.post("/lock")
        if path == "case":
            path = f"/cases/{self._case(which)}"
        locked = here.browser.get(path)
        assert urlsplit(locked["Location"]).path == "/lock"
        never_more_than(locked, set(), self.world)
        never_more_than(here.browser.get(locked["Location"]), set(), self.world)
        unlock(here.browser, (LIDIA, ILINCA)[at])
        assert self._visit_at(here) == here.visit

    # What is checked

    def _only_the_person(self, answer: HttpResponse, here: DeskInUse, *, sent: str = "") -> None:
        never_more_than(answer, {here.idnp} - {""}, self.world, sent=sent)

    def _may_see(self, here: DeskInUse, number: str) -> set[str]:
        shown = {here.idnp} - {""}
        return shown | {self.world.cases[number]} if number in here.named else shown

    def _case(self, which: int) -> str:
        numbers = sorted(self.world.cases)
        return numbers[which % len(numbers)]

    def _visit_at(self, here: DeskInUse) -> str:
        found = re.search(r'name="visit" value="([^"]+)"', here.browser.get("/visit").content.decode())
        return found[1] if found else ""


def unlock(browser: Client, idnp: str) -> None:
    """Let the operator prove again who they are; the browser gets a new session key."""
    now, token, request_id = clock.now(), str(uuid4()), str(uuid4())
    session = SessionStore(browser.cookies[product.SESSION_COOKIE_NAME].value)
    with transaction():
        locked = sign_in.session_of(session, at=now)
        sign_in.begin(request_id=request_id, browser_token=token, return_path="/", at=now, resumes=locked)
        asked = sign_in.take_answer(request_id=request_id, at=now)
        vouched = sign_in.Vouched(name_id=idnp, session_index="1", authenticated_at=now)
        ticket = sign_in.accept(asked=asked, vouched=vouched, at=now)
        assert sign_in.complete(ticket=ticket, browser_token=token, session=session, at=now).is_resumed
        session.save()
    browser.cookies[product.SESSION_COOKIE_NAME] = str(session.session_key)


@pytest.fixture
def world(db: None, as_owner: Callable[[], AbstractContextManager[None]], exchange_process: Running) -> Iterator[World]:
    """Stock Lozova, and let the registers answer from memory after the first time."""
    with as_owner():
        counter.stock(BIRTH, RECORD)
    exchange_process.reset()
    adapter = registers_of(exchange_process)
    answers = RecordedRegisters(adapter)
    with registers.serving("mconnect", answers):
        yield World(answers=answers)
    adapter.close()


@pytest.mark.slow
@pytest.mark.timeout(0 if EXAMPLES > 20 else 180)
def test_no_answer_of_one_visit_holds_a_value_of_another(world: World) -> None:
    machine = type("TwoDesksOfThisRun", (TwoDesks,), {"world": world})
    run_state_machine_as_test(machine, settings=PROFILE)
    assert all(world.values_of(idnp) for idnp in PEOPLE)
