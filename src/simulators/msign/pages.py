"""The pages where a person signs: which document, who asks, who they are; then back to the service by a posted form.

Integration guide of MSign, browser redirect: parameters ReturnUrl (required), RelayState, lang, Instrument, MSISDN, by
POST or GET, their names in whatever letters.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.control import page
from simulators.common.simulator import Simulator
from simulators.msign.authority import Authority, Named
from simulators.msign.book import Book, SignRequest
from simulators.msign.people import everybody
from simulators.msign.signing import How, Signed, pen_of, sign_hash, sign_pdf
from simulators.msign.switch import Switch
from simulators.msign.words import LANGUAGES, say

HERE = Path(__file__).parent
SIGN = (HERE / "sign.html").read_text(encoding="utf-8")
RETURN = (HERE / "return.html").read_text(encoding="utf-8")
INSTRUMENTS = ("mobile", "nationalid", "moldsign", "securesign", "tax")
ID = "<string(length=32):request_id>"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the service that sent the person here asked for."""

    return_url: str
    relay_state: str
    language: str
    instrument: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What signatures are made with."""

    book: Book
    right: Authority
    unknown: Authority
    switch: Switch


def pages(simulator: Simulator, desk: Desk) -> Blueprint:
    """Return /<request id> (GET and POST, as services send people here), and what its buttons do."""
    views = Blueprint("sign", __name__)
    applies = simulator.behaviour.applies

    @views.get("/")
    def start() -> ResponseReturnValue:
        return page("MSign", "<p>MSign (simulator)</p>", language="ro")

    @views.route(f"/{ID}", methods=["GET", "POST"])
    @applies("page")
    def look(request_id: str) -> ResponseReturnValue:
        return _page(desk, request_id)

    @views.post(f"/{ID}/sign")
    @applies("sign", shows={Mode.WRONG_SIGNATURE})
    def sign(request_id: str) -> ResponseReturnValue:
        who = everybody().get(request.form.get("who", ""))
        return _sign(desk, request_id, who)

    @views.post(f"/{ID}/cancel")
    @applies("cancel")
    def cancel(request_id: str) -> ResponseReturnValue:
        desk.book.end(request_id, status="Failure", why="cancelled")
        return _page(desk, request_id)

    return views


def sign_as(desk: Desk, found: SignRequest, *, who: Named, how: How, instrument: str = INSTRUMENTS[0]) -> bool:
    """Sign all contents of a pending request; False when it is not pending any more."""
    authority = desk.unknown if how is How.UNKNOWN_AUTHORITY else desk.right
    pen = pen_of(who, authority, reason=found.reason, how=how, at=clock.now())
    sign = sign_pdf if found.kind == "Pdf" else sign_hash
    signed: list[Signed] = [sign(one.content, pen, how=how) for one in found.contents]
    return desk.book.keep(found.id, signed, signer=who.idnp, instrument=instrument)


def _sign(desk: Desk, request_id: str, who: Named | None) -> ResponseReturnValue:
    found = desk.book.find(request_id)
    if found is None or who is None or found.status != "Pending":
        return _page(desk, request_id)
    how = How.UNKNOWN_AUTHORITY if is_told_to(Mode.WRONG_SIGNATURE) else desk.switch.told()
    if is_told_to(Mode.WRONG_SUBJECT):
        how = How.WRONG_SIGNER
    if found.signer and found.signer != who.idnp and how is not How.WRONG_SIGNER:
        return _page(desk, request_id, fault="wrong-person", status=409)
    chosen = request.form.get("with", "")
    sign_as(desk, found, who=who, how=how, instrument=chosen if chosen in INSTRUMENTS else INSTRUMENTS[0])
    return _page(desk, request_id)


def _page(desk: Desk, request_id: str, *, fault: str = "", status: int = 200) -> ResponseReturnValue:
    wish, found = _wish(), desk.book.find(request_id)
    if found is None:
        return _refused("unknown", wish, status=404)
    if not wish.return_url:
        return _refused("no-return", wish, status=400)
    if wish.instrument == "mobile" and not (wish.phone.isdigit() and found.signer):
        return _refused("bad-phone", wish, status=400)
    words = {key: say(key, wish.language) for key in _WORDS}
    if found.status in ("Success", "Failure"):
        told = say("signed" if found.status == "Success" else found.why or "failed", wish.language)
        return _plain(page("MSign", RETURN, language=wish.language, wish=wish, id=request_id, told=told, words=words))
    fault = fault or ("expired" if found.status == "Expired" else "")
    inner = page(
        "MSign",
        SIGN,
        language=wish.language,
        wish=wish,
        found=found,
        words=words,
        fault=say(fault, wish.language) if fault else "",
        people=list(everybody().values()),
        expected=everybody().get(found.signer),
        instruments=[(name, say(name, wish.language)) for name in INSTRUMENTS],
        languages=LANGUAGES,
    )
    return _plain(inner, status=status)


_WORDS = (
    "sign-title",
    "document",
    "asked-by",
    "expected",
    "anybody",
    "reason",
    "who",
    "with",
    "sign",
    "cancel",
    "back",
    "simulated",
)


def _refused(key: str, wish: Wish, *, status: int) -> ResponseReturnValue:
    body = '<p class="fault" role="alert">{{ told }}</p>'
    return _plain(page("MSign", body, language=wish.language, told=say(key, wish.language)), status=status)


def _plain(text: str, *, status: int = 200) -> Response:
    response = make_response(text, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wish() -> Wish:
    given = {name.lower(): value for name, value in request.values.items()}
    language = given.get("lang", "ro")
    return Wish(
        return_url=_web_address(given.get("returnurl", "")),
        relay_state=given.get("relaystate", ""),
        language=language if language in LANGUAGES else "ro",
        instrument=given.get("instrument", ""),
        phone=given.get("msisdn", ""),
    )


def _web_address(text: str) -> str:
    """Return the address when a browser may be sent there."""
    return text if urlsplit(text).scheme in {"http", "https"} else ""
