"""The institution's own desk: a page where a person decides, and the same acts as JSON for tests."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from flask import Blueprint, Response, render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common import clock
from simulators.common.control import back_to_control, page
from simulators.common.institution.dossiers import OPEN_STAGES, DossierError, Dossiers
from simulators.common.institution.papers import PaperMaker
from simulators.common.institution.push import Pushes
from simulators.common.ledger import Row

PANEL = (Path(__file__).parent / "panel.html").read_text(encoding="utf-8")
VERIFIED = (Path(__file__).parent / "verified.html").read_text(encoding="utf-8")
NOT_UNDERSTOOD = "No reason was given."


class Desk:
    """What a person at the institution does with its dossiers."""

    def __init__(self, dossiers: Dossiers, papers: PaperMaker, pushes: Pushes | None) -> None:
        self._dossiers = dossiers
        self._papers = papers
        self._pushes = pushes
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="automatic", daemon=True)

    def routes(self) -> Blueprint:
        """Return the routes under /control, and the public page that a document's QR code leads to."""
        routes = Blueprint("desk", __name__)
        routes.add_url_rule(
            "/control/dossiers/<number>/<any(examine, approve, refuse, 'ask-papers', cancel):act>",
            "act",
            self._act,
            methods=["POST"],
        )
        routes.add_url_rule("/control/approve-all", "approve_all", self._approve_all, methods=["POST"])
        routes.add_url_rule("/control/automatic", "automatic", self._automatic, methods=["GET", "POST"])
        routes.add_url_rule("/verify/<code>", "verify", self._verify)
        routes.register_error_handler(DossierError, _declined)
        return routes

    def panel(self) -> Markup:
        """Return the list of dossiers with what can be done to each."""
        rows = self._dossiers.every()
        inner = render_template_string(
            PANEL,
            dossiers=rows,
            open_stages=OPEN_STAGES,
            papers=self._dossiers.profile.papers,
            automatic=self.approve_after_seconds(),
            results={str(row["number"]): self._dossiers.results(str(row["number"])) for row in rows},
        )
        return Markup(inner)  # noqa: S704 - Flask escaped the values

    def approve_after_seconds(self) -> float | None:
        """Return after how many seconds dossiers are approved by themselves, or None."""
        row = self._dossiers.ledger.row("SELECT value FROM settings WHERE name = 'approve_after_seconds'")
        return float(str(row["value"])) if row else None

    def start(self, _url: str) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(5)

    def wake(self) -> None:
        """Let the document maker and the callbacks look for work."""
        self._papers.wake()
        if self._pushes is not None:
            self._pushes.wake()

    def _act(self, number: str, act: str) -> ResponseReturnValue:
        given = _given()
        reason = str(given.get("reason") or "")
        if act in ("refuse", "cancel") and not reason:
            return _answer_fault(NOT_UNDERSTOOD)
        if act == "ask-papers":
            papers = _papers(given)
            if not papers:
                return _answer_fault("No paper was named.")
            self._dossiers.ask_papers(number, papers=papers, reason=reason, at=clock.now())
        elif act == "refuse":
            self._dossiers.refuse(number, reason=reason)
        elif act == "cancel":
            self._dossiers.cancel(number, reason=reason)
        elif act == "examine":
            self._dossiers.examine(number)
        else:
            self._dossiers.approve(number)
        self.wake()
        return back_to_control()

    def _approve_all(self) -> ResponseReturnValue:
        for dossier in self._dossiers.in_stage("received", "examined"):
            with suppress(DossierError):  # somebody else was quicker
                self._dossiers.approve(str(dossier["number"]))
        self.wake()
        return back_to_control()

    def _automatic(self) -> ResponseReturnValue:
        if request.method == "POST":
            seconds = _given().get("approve_after_seconds")
            if seconds not in (None, "") and not str(seconds).replace(".", "", 1).isdigit():
                return _answer_fault("approve_after_seconds is a number, or empty for never.")
            with self._dossiers.ledger.write() as book:
                book.run("DELETE FROM settings WHERE name = 'approve_after_seconds'")
                if seconds not in (None, ""):
                    book.run("INSERT INTO settings VALUES ('approve_after_seconds', ?)", (str(seconds),))
            return back_to_control()
        return {"approve_after_seconds": self.approve_after_seconds()}

    def _verify(self, code: str) -> ResponseReturnValue:
        row = self._dossiers.ledger.row(
            "SELECT results.sha256, provider_number, status, changed_at FROM results"
            " JOIN dossiers USING (number) WHERE verification_code = ?",
            (code,),
        )
        return page("Verificarea documentului", VERIFIED, language="ro", found=row), 200 if row else 404

    def _run(self) -> None:
        """Approve by itself what has waited long enough, when told so."""
        while not self._stopping.wait(0.2):
            seconds = self.approve_after_seconds()
            if seconds is not None:
                self._approve_older_than(seconds)

    def _approve_older_than(self, seconds: float) -> None:
        for dossier in self._dossiers.in_stage("received", "examined"):
            if _age(dossier) < seconds:
                continue
            with suppress(DossierError):  # a person was quicker
                self._dossiers.approve(str(dossier["number"]))
            self.wake()


def _age(dossier: Row) -> float:
    return (clock.now() - clock.moment(str(dossier["changed_at"]))).total_seconds()


def _given() -> Mapping[str, object]:
    if request.is_json:
        body = request.get_json(silent=True)
        return body if isinstance(body, dict) else {}
    return {**request.form.to_dict(), "papers": request.form.getlist("papers")}


def _papers(given: Mapping[str, object]) -> list[str]:
    papers = given.get("papers")
    return [str(name) for name in papers if name] if isinstance(papers, list) else []


def _answer_fault(fault: str) -> ResponseReturnValue:
    if request.is_json:
        return {"error": fault}, 400
    return _page_of(fault), 400


def _declined(error: DossierError) -> ResponseReturnValue:
    if request.is_json:
        return {"error": error.detail, "code": error.code}, 409
    return Response(_page_of(error.detail), status=409)


def _page_of(fault: str) -> str:
    body = '<p class="fault" role="alert">{{ fault }}</p><p><a href="/control">Back</a></p>'
    return page("Not done", body, fault=fault)
