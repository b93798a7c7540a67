"""Single log-out: a service asks for it, or the person leaves here and every service is told in a frame."""

from pathlib import Path

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from lxml import etree

from simulators.common import clock
from simulators.common.control import page
from simulators.mpass.incoming import NotUnderstood, receive
from simulators.mpass.login import Desk, posting, refused
from simulators.mpass.messages import SAMLP, logout_request, logout_response
from simulators.mpass.people import everybody
from simulators.mpass.signing import sign

HERE = Path(__file__).parent
LEAVING = (HERE / "leaving.html").read_text(encoding="utf-8")
HOME = (HERE / "home.html").read_text(encoding="utf-8")


def pages(desk: Desk) -> Blueprint:
    """Return /, /logout, its frames, and /logout/saml."""
    views = Blueprint("logout", __name__)

    @views.get("/")
    def home() -> ResponseReturnValue:
        present = desk.book.signed_in(desk.browser())
        person = everybody().get(present.idnp) if present else None
        return page("MPass", HOME, language="ro", person=person, product=desk.simulator.launch.product)

    @views.post("/logout/saml")
    @desk.simulator.behaviour.applies("logout")
    def logout() -> ResponseReturnValue:
        try:
            return _asked(desk) if "SAMLRequest" in request.form else _answered(desk)
        except NotUnderstood as error:
            return refused(str(error))

    @views.post("/logout")
    def leave() -> ResponseReturnValue:
        present = desk.book.signed_in(desk.browser())
        if present is None:
            return page("MPass", LEAVING, language="ro", frames=[])
        desk.book.end(present.session_index)
        frames = desk.book.participants(present.session_index)
        return page("MPass – ieșire", LEAVING, language="ro", frames=frames)

    @views.get("/logout/frame")
    def frame() -> ResponseReturnValue:
        return _frame(desk, request.args.get("session", ""), request.args.get("issuer", ""))

    @views.get("/logout/states")
    def states() -> ResponseReturnValue:
        known = desk.book.participants(request.args.get("session", ""))
        return [{"issuer": one["issuer"], "state": one["state"]} for one in known]

    return views


def _asked(desk: Desk) -> ResponseReturnValue:
    """End the session that a service names, and answer it."""
    received = receive(
        request.form["SAMLRequest"],
        name="LogoutRequest",
        destination=f"{desk.entity}/logout/saml",
        book=desk.book,
    )
    index = received.text(SAMLP, "SessionIndex")
    desk.book.end(index)
    desk.book.has_left(session_index=index, issuer=received.issuer)
    others = [one for one in desk.book.participants(index) if one["state"] != "out"]
    answer = logout_response(
        issuer=desk.entity,
        destination=f"{received.issuer}/saml/slo",
        in_response_to=received.attribute("ID"),
        at=clock.now(),
        partial=bool(others),
    )
    sign(answer, desk.keys.right)
    return posting(
        action=f"{received.issuer}/saml/slo",
        field="SAMLResponse",
        message=etree.tostring(answer),
        relay_state=request.form.get("RelayState", ""),
    )


def _answered(desk: Desk) -> ResponseReturnValue:
    """Note that a service followed our own log-out; shown inside its frame."""
    received = receive(
        request.form.get("SAMLResponse", ""),
        name="LogoutResponse",
        destination=f"{desk.entity}/logout/saml",
        book=desk.book,
    )
    known = desk.book.has_left(issuer=received.issuer, logout_id=received.attribute("InResponseTo"))
    if not known:
        raise NotUnderstood("nobody was asked under this number")
    return page("MPass", "<p>Gata.</p>", language="ro")


def _frame(desk: Desk, session_index: str, issuer: str) -> ResponseReturnValue:
    known = [one for one in desk.book.participants(session_index) if one["issuer"] == issuer]
    row = desk.book.ledger.row("SELECT idnp FROM sessions WHERE session_index = ?", (session_index,))
    if not known or row is None:
        return refused("o asemenea ședință nu există")
    told = logout_request(
        issuer=desk.entity,
        destination=known[0]["slo"],
        name_id=str(row["idnp"]),
        session_index=session_index,
        at=clock.now(),
    )
    sign(told, desk.keys.right)
    desk.book.ask_to_leave(session_index=session_index, issuer=issuer, logout_id=str(told.get("ID")))
    return posting(action=known[0]["slo"], field="SAMLRequest", message=etree.tostring(told), relay_state=session_index)
