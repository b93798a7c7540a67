"""A citizen with words of her own takes every journey; afterwards none of them stands where it must not.

Other systems' logs and ledgers (the simulators') are left out: the institutions hold her file by right.
"""

import base64
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import psycopg
import pytest
from django.core import signing
from playwright.sync_api import Playwright, sync_playwright
from tests.stories.canary_scene import Scene, back_up, logs, names_in, own_files
from tests.stories.steps import add_paper, choose_first, end_visit, hand_over, sign
from tests.stories.test_shared_computer import Computer, type_into_the_case
from tests.support import canary
from tests.support.browser import LIDIA, Counter, Stack
from tests.support.installation import Installation, installation
from tests.support.waiting import is_alive, processes_with, until

from ghiseu.runtime.postgres import ADMIN, OWNER

# Columns that hold her names as they are, and why (docs/decisions/0009-encrypted-identifiers.md, consequences).
READABLE = {
    "applicants_person.surname": "people are found and listed by name; other centres see no row",
    "applicants_person.given_name": "as the surname",
    "applicants_namekey.key": "the words of her names, folded, for the search by name",
}
PLANTED = "Zzywqplanted"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def scene(playwright: Playwright, tmp_path: Path, paper: Callable[[str], Path]) -> Iterator[Scene]:
    with installation() as place:
        place.extra["SIMULATED_PEOPLE"] = str(canary.write_people(tmp_path / "people.yaml"))
        with place.up():
            stack = Stack(url=place.url)
            computer = Computer(profile=tmp_path / "profile", stack=stack, playwright=playwright)
            shutil.copy(paper("canary"), tmp_path / "paper.jpg")
            try:
                yield Scene(place=place, stack=stack, computer=computer, scans=tmp_path)
            finally:
                if computer.context is not None and computer.desk is not None:
                    computer.desk.picture("end-canary")
                computer.stop()


@pytest.mark.timeout(420)
def test_her_words_stand_nowhere_that_is_not_written_down(scene):
    take_every_journey(scene)
    ask_for_pages_that_fail(scene)
    let_a_statement_with_her_data_fail(scene)
    metrics = httpx.get(f"{scene.place.url}/metrics", trust_env=False).raise_for_status().content
    leave_the_computer(scene)

    backup = back_up(scene.place, "one.ghiseu")
    with scene.database().connected(ADMIN) as connection:
        rows = list(canary.rows_of_database(connection))

    left = {
        "logs": canary.hits(logs(scene)),
        "metrics": canary.hits([("/metrics", metrics)]),
        "wire": canary.hits(scene.traces.places()),
        "files": canary.hits(own_files(scene)),
        "backup": canary.hits(names_in(backup)),
        "browser": canary.hits(canary.files_below(scene.computer.profile)),
        "database": canary.hits(one for one in rows if one[0] not in READABLE),
    }
    assert {kind: found for kind, found in left.items() if found} == {}
    assert set(canary.hits(one for one in rows if one[0] in READABLE)) == set(READABLE), "a column is listed in vain"
    the_same_search_finds_what_is_there(scene, metrics)


@pytest.mark.parametrize(
    "written",
    [
        f"a {canary.SURNAME.upper()}, b".encode(),
        b"<<QWYXTARA<<",
        quote(f"/find?q={canary.SURNAME}").encode(),
        json.dumps({"x": canary.SURNAME}).encode(),
        *(base64.b64encode(b"_" * before + canary.SURNAME.encode() + b"_") for before in range(3)),
        canary.SURNAME.encode("utf-16-le"),
        canary.SURNAME.encode().hex().encode(),
    ],
)
def test_the_search_knows_this_way_of_writing(written):
    assert canary.words_in(written) == [canary.SURNAME]
    assert canary.words_in(b"nobody " + written[:6]) == []


def test_the_search_reads_numbers_in_groups():
    assert canary.words_in(b"2099 746 183 050, 2 099-758-294-160, 746183") == [canary.IDNP, canary.CHILD_IDNP]


# Her day


def take_every_journey(scene: Scene) -> None:
    """Let her come, and do each of the six journeys with her."""
    scene.computer.start()
    scene.traces.listen(scene.computer)
    desk = scene.desk
    desk.sign_in(LIDIA)
    arrive(scene)
    extract_with_a_dispute(scene)
    option_of_the_allowance(scene)
    status_and_property(scene)
    payment(scene)
    search(scene)


def arrive(scene: Scene) -> None:
    desk = scene.desk
    desk.page.fill("#f-who", canary.CARD)
    desk.press("F9", to="/visit")
    assert canary.SURNAME in desk.page.content()
    desk.page.fill("input[name=relative]", canary.RELATIVE, force=True)
    desk.page.fill("input[name=phone]", canary.PHONE, force=True)
    desk.page.fill("input[name=email]", canary.EMAIL, force=True)
    with desk.page.expect_navigation():
        desk.page.evaluate("document.querySelector('input[name=relative]').form.requestSubmit()")
    desk.page.wait_for_load_state("networkidle")


def open_service(desk: Counter, code: str, *, to: str = "/cases/*") -> None:
    """Open a case of the service for the visit that is open."""
    desk.page.goto(f"/services/{code}")
    desk.page.wait_for_load_state("networkidle")
    if to:
        desk.press("F9", to=to)
        desk.page.wait_for_load_state("networkidle")


def extract_with_a_dispute(scene: Scene) -> None:
    """The register's word is disputed, a file refused, the institution talks nonsense, the worker is killed."""
    desk = scene.desk
    open_service(desk, "asp.civil.extract-birth")
    number = desk.number()
    dispute(desk)
    program = scene.scans / f"{canary.SURNAME} {canary.IDNP}.pdf"
    program.write_bytes(b"MZ\x90\x00 this is a program")
    desk.scan_papers("Alt+4", program)
    assert desk.says("Nu este un fișier PDF, JPEG, PNG sau TIFF")
    add_paper(desk, "Alt+4", scene.scan("buletin"))
    desk.press("F9", to="/cases/*/check")
    sign(desk, scene.scan("semnat"))
    scene.stack.behave("asp", "garbage", times=2)
    desk.press("F9", to="/cases/*/sent")
    kill_the_worker(scene.place)
    desk.printed("F8")
    scene.stack.approve("asp", number)
    assert desk.finds("[data-key=F7]")
    desk.printed("F7")
    hand_over(desk)
    assert desk.says("Finalizat")


def dispute(desk: Counter) -> None:
    desk.press("Alt+K")
    place = desk.page.locator(".known .field", has_text=canary.SURNAME).first
    place.locator("summary").focus()
    desk.press("Enter")
    place.locator("textarea").focus()
    desk.type(canary.DISPUTED)
    desk.press("Tab")
    desk.type(f"buletin {canary.OLD_DOCUMENT}")
    desk.press("Tab")
    desk.press("Enter", to="/cases/*")


def option_of_the_allowance(scene: Scene) -> None:
    """What was granted is told; another option is asked for, with a scan."""
    desk = scene.desk
    open_service(desk, "cnas.family.birth-allowance", to="")
    assert desk.finds(".verdict--block")
    desk.printed("F8")
    desk.press("Alt+4", to="/services/*")
    desk.press("F9", to="/cases/*")
    type_into_the_case(desk, canary.EMAIL)
    desk.page.evaluate("document.activeElement.blur()")
    desk.page.wait_for_load_state("networkidle")
    desk.page.focus("[name=option] >> nth=0")
    desk.press("Space")
    desk.press("Enter")
    add_paper(desk, "Alt+4", scene.scan("buletin"))
    desk.press("F9", to="/cases/*/check")
    sign(desk, scene.scan("semnat"))
    desk.press("F9", to="/cases/*/sent")
    scene.stack.refuse("cnas", desk.number(), f"{canary.SURNAME} {canary.GIVEN_NAME}, {canary.IDNP}: nu are dreptul.")
    desk.page.goto(f"/cases/{desk.number()}")
    desk.until_says("Predă refuzul")
    desk.press("F9", to="/cases/*/hand-over")
    hand_over(desk)
    assert desk.says("Finalizat")


def status_and_property(scene: Scene) -> None:
    desk = scene.desk
    open_service(desk, "cnas.pension.reexam-status", to="/cases/*/answer")
    desk.printed("F8")
    property_extract_and_its_withdrawal(scene)
    open_service(desk, "asp.appointment.identity-passport", to="/cases/*/appointment")
    desk.press("Space")
    desk.press("1", to="/cases/*/appointment")
    desk.printed("F8")


def property_extract_and_its_withdrawal(scene: Scene) -> None:
    """The extract of her plot is asked for and signed, and not wanted any more; why, is told in her words."""
    desk = scene.desk
    open_service(desk, "cbi.extract-register")
    desk.press("Space")
    desk.press("Enter")
    assert desk.focuses("cadastral_number")
    desk.type(canary.CADASTRAL)
    desk.press("Enter")
    assert desk.focuses("extract_kind")
    desk.press("Space")
    desk.press("F9", to="/cases/*/check")
    sign(desk, scene.scan("semnat"))
    number = desk.number()
    desk.page.goto(f"/cases/{number}/withdraw")
    desk.page.fill("textarea[name=reason]", canary.WITHDRAWN)
    desk.press("F9", to="/cases/*")


def payment(scene: Scene) -> None:
    """The extract of her domicile, paid at MPay."""
    desk = scene.desk
    open_service(desk, "asp.rsp.extract")
    desk.press("ArrowDown")
    desk.press("Enter")
    choose_first(desk, 2)
    add_paper(desk, "Alt+4", scene.scan("buletin"))
    desk.press("F9", to="/cases/*/check")
    sign(desk, scene.scan("semnat"))
    desk.press("F9", to="/cases/*/payment")
    desk.printed("F8")
    scene.stack.pay(desk.page.inner_text("[data-order-key]"))
    assert desk.says("Achitat")
    scene.stack.until_delivered("asp", desk.number())


def search(scene: Scene) -> None:
    """Look for her by name and by number, as one looks for anything."""
    desk = scene.desk
    for words in (f"{canary.SURNAME} {canary.GIVEN_NAME}", canary.IDNP):
        desk.page.goto("/")
        desk.press("Control+k")
        desk.type(words)
        desk.press("Enter", to="/find")
        assert desk.page.locator("[data-row-link]").count() > 0


def ask_for_pages_that_fail(scene: Scene) -> None:
    """Keep the pages of requests that go wrong while her visit is open."""
    desk = scene.desk
    for path in ("/cases/LOZ-2026-999999", "/nothing-here", "/cases/LOZ-2026-999999/papers/slip"):
        keep_error_page(scene, path, None)
    told = {"csrfmiddlewaretoken": token(desk), "visit": "LOZ-V-1", "phone": canary.PHONE, "relative": canary.RELATIVE}
    keep_error_page(scene, "/visit/contact", told)
    keep_error_page(scene, "/visit/contact", {**told, "csrfmiddlewaretoken": "stale"})


def keep_error_page(scene: Scene, path: str, form: dict[str, str] | None) -> None:
    request = scene.desk.context.request
    referer = {"Referer": scene.stack.url}
    answer = request.post(path, form=form, headers=referer) if form else request.get(path)
    assert answer.status >= httpx.codes.BAD_REQUEST, (path, answer.status)
    scene.traces.error_pages[f"{path} {answer.status}"] = answer.body()
    scene.traces.headers.append(canary.as_lines(answer.headers))


def token(desk: Counter) -> str:
    return next(one["value"] for one in desk.context.cookies() if one["name"].endswith("csrf"))


def let_a_statement_with_her_data_fail(scene: Scene) -> None:
    """Send the database what breaks a rule, as two desks at once do; its server writes such things down."""
    with scene.database().connected(OWNER) as connection:
        again = "INSERT INTO applicants_person SELECT * FROM applicants_person WHERE surname = '{}'"
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(again.format(canary.SURNAME).encode())
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("UPDATE applicants_person SET idnp_index = NULL WHERE surname = %s", [canary.SURNAME])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute(f"SELECT '{canary.SURNAME}'::int".encode())


def kill_the_worker(place: Installation) -> None:
    """Kill the worker of this installation in the middle of its work; it comes back."""
    before = workers_of(place)
    for one in before:
        os.kill(one, signal.SIGKILL)
    until(lambda: not any(is_alive(one) for one in before) and workers_of(place) - before, what="a new worker")


def workers_of(place: Installation) -> set[int]:
    mark = f"GHISEU_DATA_DIR={place.data}".encode()
    found = set()
    for pid in processes_with("ghiseu.runtime.worker"):
        try:
            belongs = mark in Path(f"/proc/{pid}/environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found |= {pid} if belongs else set()
    return found


def leave_the_computer(scene: Scene) -> None:
    """End the visit and sign out, as at the end of a day, and close the browser."""
    desk = scene.desk
    desk.page.goto("/visit")
    end_visit(desk)
    desk.page.evaluate(
        """(token) => { const form = document.createElement("form"); form.method = "post"; form.action = "/sign-out";
        form.innerHTML = `<input name=csrfmiddlewaretoken value="${token}">`; document.body.append(form);
        form.submit(); }""",
        token(desk),
    )
    desk.page.wait_for_url("**/signed-out**")
    scene.computer.stop()


# The check itself can fail


def the_same_search_finds_what_is_there(scene: Scene, metrics: bytes) -> None:
    """Plant a word in every kind of place and find it; of what cannot be planted in, find what is known to be there."""
    assert canary.hits([("/metrics", metrics)], ["desk:visit"]) or canary.hits([("/metrics", metrics)], ["ghiseu_"])
    assert canary.hits(scene.traces.places(), ["appointment"])
    assert canary.hits([("headers", b"\n".join(scene.traces.headers))], ["content-security-policy"])
    assert all(canary.hits([(name, page)], ["html"]) for name, page in scene.traces.error_pages.items())
    with planted_in_database(scene) as (rows, log):
        assert {*rows} >= {
            "procrastinate_jobs.args",
            "django_session.session_data",
            "audit_journalrecord.details",
            "planted.words",
        }
        assert log
    for name in ("logs/worker.log", "logs/web.log", f"documents/{PLANTED}"):
        path = scene.place.data / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(f"\n{quote(PLANTED)}\n")
    assert {"worker.log", "web.log"} <= set(canary.hits(logs(scene), [PLANTED]))
    assert f"documents/{PLANTED}" in canary.hits(own_files(scene), [PLANTED])
    assert canary.hits(names_in(back_up(scene.place, "two.ghiseu")), [PLANTED])
    (scene.computer.profile / "Default" / "planted").write_bytes(PLANTED.upper().encode("utf-16-le"))
    assert list(canary.hits(canary.files_below(scene.computer.profile), [PLANTED])) == ["Default/planted"]


@contextmanager
def planted_in_database(scene: Scene) -> Iterator[tuple[dict[str, list[str]], list[str]]]:
    """Plant the word in columns of every kind and make the server write it down; give where the search found it."""
    server = scene.database()
    with server.connected(ADMIN) as connection:
        connection.execute("SET session_replication_role = replica")  # the journal lets nobody write into it
        connection.execute("CREATE TABLE planted (words text[], form jsonb, raw bytea)")
        connection.execute("INSERT INTO planted VALUES (%s, '{}', '')", [[PLANTED]])
        one_job = "WHERE id = (SELECT min(id) FROM procrastinate_jobs)"
        connection.execute(
            f"UPDATE procrastinate_jobs SET args = jsonb_build_object('x', '{PLANTED}') {one_job}".encode()
        )
        connection.execute("UPDATE audit_journalrecord SET details = jsonb_build_object('x', %s::text)", [PLANTED])
        session = signing.dumps({"x": PLANTED + "." * 500}, compress=True, key="k")
        connection.execute("INSERT INTO django_session VALUES ('k', %s, now())", [session])
        connection.execute(f"DO $$ BEGIN RAISE LOG '{PLANTED}'; END $$".encode())
        rows = canary.hits(canary.rows_of_database(connection), [PLANTED])
        connection.execute("DROP TABLE planted")  # the owner, who backs up, may not read it
    yield rows, canary.hits(logs(scene), [PLANTED]).get("server.log", [])
