"""Single sign-on: a service sends the browser here, a person says who they are, the browser goes back."""

import base64
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.control import page
from simulators.common.simulator import Simulator
from simulators.mpass import faults
from simulators.mpass.attacks import EVIL
from simulators.mpass.book import Asked, Book, SignedIn
from simulators.mpass.incoming import NotUnderstood, Received, receive
from simulators.mpass.messages import Answer, answer_times
from simulators.mpass.people import everybody
from simulators.mpass.switch import Switch

HERE = Path(__file__).parent
LOGIN = (HERE / "login.html").read_text(encoding="utf-8")
POST = (HERE / "post.html").read_text(encoding="utf-8")
COOKIE = "mpass"
OLD_PROOF_AGE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the pages of this MPass work with."""

    simulator: Simulator
    book: Book
    switch: Switch
    keys: faults.Keys

    @property
    def entity(self) -> str:
        """Return our address as the browser sees it: also our name in messages."""
        return request.host_url.rstrip("/")

    def browser(self) -> str:
        """Return the value of our cookie, empty at the first visit."""
        return request.cookies.get(COOKIE, "")


def posting(*, action: str, field: str, message: bytes | str, relay_state: str) -> str:
    """Return the page that posts a message by itself, with a button for browsers without scripts."""
    text = message if isinstance(message, str) else base64.b64encode(message).decode()
    return page("MPass", POST, language="ro", action=action, field=field, message=text, relay_state=relay_state)


def refused(reason: str) -> ResponseReturnValue:
    """Answer a message that MPass does not accept."""
    return page("MPass", "<p role='alert'>Cerere respinsă: {{ reason }}</p>", language="ro", reason=reason), 400


def pages(desk: Desk) -> Blueprint:
    """Return /login/saml and the sign-in page."""
    views = Blueprint("login", __name__)
    behaviour = desk.simulator.behaviour

    @views.post("/login/saml")
    @behaviour.applies("login")
    def login() -> ResponseReturnValue:
        return _login(desk)

    @views.post("/login/choose")
    @behaviour.applies("choose")
    def choose() -> ResponseReturnValue:
        return _choose(desk)

    @views.get("/login/saml")
    def nothing_to_answer() -> ResponseReturnValue:
        return redirect("/", code=303)

    return views


def _login(desk: Desk) -> ResponseReturnValue:
    """Take a request of a service; answer at once when the person is known and no fresh proof is asked for."""
    address = f"{desk.entity}/login/saml"
    try:
        received = receive(
            request.form.get("SAMLRequest", ""), name="AuthnRequest", destination=address, book=desk.book
        )
        asked = _asked(received)
        desk.book.remember(asked)
    except (NotUnderstood, sqlite3.IntegrityError) as error:
        return refused(str(error))
    present = desk.book.signed_in(desk.browser())
    if present is not None and (not asked.forced or desk.switch.told().fault == faults.OLD_PROOF):
        return _answer(desk, asked, present)
    return _with_cookie(desk, _login_page(asked, chosen=present.idnp if present else ""))


def _choose(desk: Desk) -> ResponseReturnValue:
    """Take what the person decided on the sign-in page."""
    asked = desk.book.asked(request.form.get("request_id", ""))
    if asked is None:
        return refused("cererea nu mai este în lucru")
    if request.form.get("decision") == "no":
        return _answer(desk, asked, None)
    person = everybody().get(request.form.get("idnp", ""))
    if person is None or not desk.browser():
        return _with_cookie(desk, _login_page(asked, chosen=""))
    return _answer(desk, asked, desk.book.sign_in(browser=desk.browser(), idnp=person.idnp))


def _asked(received: Received) -> Asked:
    acs = received.attribute("AssertionConsumerServiceURL")
    if not acs.startswith(f"{received.issuer}/"):
        raise NotUnderstood("AssertionConsumerServiceURL is not an address of the issuer")
    if received.root.find("{*}NameIDPolicy") is None:
        raise NotUnderstood("NameIDPolicy is mandatory")
    return Asked(
        request_id=received.attribute("ID"),
        issuer=received.issuer,
        acs=acs,
        relay_state=request.form.get("RelayState", ""),
        forced=received.attribute("ForceAuthn") == "true",
        language=request.args.get("lang", "ro"),
    )


def _login_page(asked: Asked, *, chosen: str) -> str:
    return page("MPass – autentificare", LOGIN, language="ro", asked=asked, people=everybody().values(), chosen=chosen)


def _with_cookie(desk: Desk, body: str) -> Response:
    response = make_response(body)
    if not desk.browser():
        response.set_cookie(COOKIE, secrets.token_urlsafe(16), httponly=True, samesite="Lax")
    return response


def _answer(desk: Desk, asked: Asked, present: SignedIn | None) -> ResponseReturnValue:
    """Send the browser back; nobody signed in means that the person cancelled."""
    fault = desk.switch.take() if present is not None else faults.CANCELLED
    idnp = present.idnp if present is not None else ""
    if is_told_to(Mode.WRONG_SUBJECT):
        idnp = EVIL
    if fault == faults.REPLAY:
        message = desk.book.last_answer()
    else:
        message = base64.b64encode(
            faults.build(fault, _told(desk, asked, present, idnp=idnp, fault=fault), keys=desk.keys, at=clock.now())
        ).decode()
    desk.book.answer(asked.request_id, fault=fault, subject=idnp, message=message)
    if present is not None:
        desk.book.join(session_index=present.session_index, issuer=asked.issuer, slo=f"{asked.issuer}/saml/slo")
    return posting(action=asked.acs, field="SAMLResponse", message=message, relay_state=asked.relay_state)


def _told(desk: Desk, asked: Asked, present: SignedIn | None, *, idnp: str, fault: str) -> Answer:
    at = clock.now()
    old = fault == faults.OLD_PROOF
    proved = present.authenticated if present is not None else at
    person = everybody().get(idnp)
    return Answer(
        issuer=desk.entity,
        audience=asked.issuer,
        destination=asked.acs,
        recipient=asked.acs,
        in_response_to=asked.request_id,
        name_id=idnp,
        session_index=present.session_index if present is not None else "none",
        attributes=person.attributes if person else {},
        **answer_times(at=at, authenticated=proved - OLD_PROOF_AGE if old else proved),
    )
