"""The Calendars port over eProgramări.

Contract: "eProgramări. Integration guide", API v2, chapters "API reference" and "Examples". Bodies are JSON; an error
is a problem document. Personal numbers travel in the query of `user-list`, as the contract wants: no address of this
adapter may be logged. The contract has no place for who asks; the journal of the appointment says it.
"""

import ssl
from datetime import datetime
from typing import NoReturn
from urllib.parse import quote

import httpx

from ghiseu.adapters.programari import wire
from ghiseu.adapters.programari.checks import findings
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import NotFoundThere, OutcomeUnknown, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Finding
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.appointments.ports import (
    HOLDS_PLACE,
    CalendarRules,
    PlaceKept,
    PlaceThere,
    PlaceWanted,
)

PER_PAGE, MOST_PAGES = 50, 10
DECISIONS = (httpx.codes.BAD_REQUEST, httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY)
NOT_LET_IN = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


class Programari:
    """The platform. No call carries a key of ours, so none is idempotent by key; what can be asked is `find`.

    rules, find: readings, may be repeated at will. request: queryable by `find`, never repeated before it has said
    that nothing is there. confirm, cancel: queryable by `find`; repeated only while it shows the state before them,
    since a second one is refused. Keeps its connections; may be used from many threads.
    """

    def __init__(
        self, *, url: str, limits: Limits, tls: ssl.SSLContext | None, certificate: SystemCertificate | None = None
    ) -> None:
        """`url` ends with /api/v2; `certificate` is only looked at by `check`."""
        self._exchange = Exchange("eProgramări", url=url, limits=limits, tls=tls)
        self._certificate = certificate

    def rules(self, calendar_location_id: str) -> CalendarRules:
        """GET calendars/config. Raises NotFoundThere, TryLater, Refused, UnusableAnswer."""
        answer = self._read("calendars/config", {"calendarLocationId": calendar_location_id})
        if answer is None:
            raise NotFoundThere("eProgramări has no such calendar")
        return wire.read_rules(answer.body, calendar_location_id=calendar_location_id)

    def request(self, wanted: PlaceWanted, *, acting: ActingContext) -> PlaceKept:
        """POST appointments/request with one citizen. Raises TryLater, Refused, OutcomeUnknown.

        An answer that cannot be read, or is about another time, is OutcomeUnknown: something may be kept there.
        """
        body = wire.written(wanted)
        headers = {**_headers(acting), "Content-Type": "application/json"}
        request = self._exchange.request("POST", "appointments/request", content=body, headers=headers)
        answer = self._written(request)
        try:
            kept = wire.read_kept(answer.body, sent=body.decode())
        except UnusableAnswer as error:
            raise OutcomeUnknown(f"kept or not: {error.reason}") from error
        if kept.starts_at != wanted.starts_at:
            raise OutcomeUnknown("the answer names another time")
        return kept

    def confirm(self, there_id: str, *, acting: ActingContext) -> None:
        """PATCH appointments/{id}/confirm. Raises TryLater, Refused, OutcomeUnknown."""
        path = f"appointments/{quote(there_id, safe='')}/confirm"
        self._written(self._exchange.request("PATCH", path, headers=_headers(acting)))

    def cancel(self, there_id: str, *, notify: bool, acting: ActingContext) -> None:
        """DELETE appointments/{id}/cancel. Raises TryLater, Refused, OutcomeUnknown."""
        path = f"appointments/{quote(there_id, safe='')}/cancel"
        told = {"notifyUser": "true" if notify else "false"}
        self._written(self._exchange.request("DELETE", path, params=told, headers=_headers(acting)))

    def find(self, wanted: PlaceWanted, *, there_id: str = "", acting: ActingContext) -> PlaceThere | None:
        """GET appointments/user-list, for a foreigner appointments/list.

        A row that does not name its calendar is looked up in user-list-updated. Raises TryLater, Refused,
        UnusableAnswer, WrongSubject.
        """
        rows = self._rows_of(wanted, acting)
        if there_id:
            rows = [row for row in rows if row.there_id == there_id]
        else:
            rows = [row for row in rows if row.starts_at == wanted.starts_at]
            rows = [row for row in self._with_calendars(rows, wanted, acting) if row.is_in(wanted)]
        rows.sort(key=lambda row: row.state in HOLDS_PLACE)
        return PlaceThere(there_id=rows[-1].there_id, state=rows[-1].state, answered=rows[-1].raw) if rows else None

    def check(self, *, at: datetime) -> list[Finding]:
        """Return whether our certificate holds and whether eProgramări answers us. Asks about nobody."""
        request = self._exchange.request("GET", "organizations/list")
        return findings(self._exchange, request, certificate=self._certificate, at=at)

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _rows_of(self, wanted: PlaceWanted, acting: ActingContext) -> list[wire.Row]:
        if wanted.idnp:
            return self._all("appointments/user-list", {"Idnp": wanted.idnp}, wanted, acting)
        return self._all("appointments/list", {"UserIdentifier": wanted.passport, "Status": "0"}, wanted, acting)

    def _with_calendars(self, rows: list[wire.Row], wanted: PlaceWanted, acting: ActingContext) -> list[wire.Row]:
        if all(row.calendar_location_id for row in rows):
            return rows
        if not wanted.idnp:
            # The contract has no list with ids for foreigners. Nobody is at two places at once: it is this one.
            return [row.in_calendar(row.calendar_location_id or wanted.calendar_location_id) for row in rows]
        named = self._all("appointments/user-list-updated", {"Idnp": wanted.idnp}, wanted, acting)
        calendars = {row.there_id: row.calendar_location_id for row in named}
        found = [row.in_calendar(row.calendar_location_id or calendars.get(row.there_id, "")) for row in rows]
        if not all(row.calendar_location_id for row in found):
            raise UnusableAnswer("an appointment does not name its calendar")
        return found

    def _all(self, path: str, query: dict[str, str], wanted: PlaceWanted, acting: ActingContext) -> list[wire.Row]:
        found: list[wire.Row] = []
        for page in range(MOST_PAGES):
            answer = self._read(path, {**query, "PageSize": str(PER_PAGE), "PageNumber": str(page)}, acting)
            rows, count = wire.read_rows(answer.body, of=wanted) if answer is not None else ([], 0)
            found += rows
            if count < PER_PAGE:
                return found
        raise UnusableAnswer("the list has no end")

    def _read(self, path: str, query: dict[str, str], acting: ActingContext | None = None) -> Answer | None:
        """Return the answer, None for 204 (nothing found)."""
        headers = _headers(acting) if acting is not None else {}
        answer = self._exchange.read(self._exchange.request("GET", path, params=query, headers=headers))
        if answer.status == httpx.codes.NO_CONTENT:
            return None
        if answer.status in (*DECISIONS, *NOT_LET_IN):
            raise Refused(f"eProgramări answers with status {answer.status}", code=str(answer.status))
        if answer.status != httpx.codes.OK:
            raise UnusableAnswer(f"eProgramări answers with status {answer.status}")
        return answer

    def _written(self, request: httpx.Request) -> Answer:
        answer = self._exchange.write(request)
        if answer.status in DECISIONS or (answer.status == httpx.codes.NOT_FOUND and wire.is_problem(answer)):
            _decline(answer)
        if httpx.codes.is_client_error(answer.status):
            # Turned away before it got there: nothing was done, and somebody repairs the connection.
            raise TryLater(f"eProgramări answers with status {answer.status}")
        if answer.status == httpx.codes.NO_CONTENT:
            return answer
        if answer.status != httpx.codes.OK or (answer.body.strip() and not answer.media_type.endswith("json")):
            raise OutcomeUnknown(f"done or not: status {answer.status}, {answer.media_type or 'no type'}")
        return answer


def _headers(acting: ActingContext) -> dict[str, str]:
    return {"x-custom-lang": acting.language if acting.language in ("ro", "ru", "en") else "ro"}


def _decline(answer: Answer) -> NoReturn:
    problem = wire.read_problem(answer)
    raise Refused(problem.words or f"eProgramări answers with status {answer.status}", code=problem.code)
