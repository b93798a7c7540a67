"""The Powers port over MPower's clients API.

Contract: "MPower. Integration guide", version 2.2, chapter "API reference". All calls are GET below
/api/Authorization and answer in one envelope {data, success, messages}. Personal numbers travel in the query, as the
contract wants: no address of this adapter may be logged. The contract has no place for who asks; the journal says it.
"""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from ghiseu.adapters.mpower import wire
from ghiseu.adapters.mpower.checks import findings
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import NotFoundThere, Refused, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.exchange import MAX_RESULT_BYTES, Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Finding
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.mandates.ports import Power, PowerBetween, PowersQuestion

CHECKS = "api/Authorization/check/"
FILE = "api/Authorization/file"
# Of no power: only asks whether somebody answers.
NO_CODE = "0" * 16


class MPower:
    """The registry. Every call is a reading, so each may be repeated at will; nothing is ever done there.

    Keeps its connections; may be used from many threads.
    """

    def __init__(
        self, *, url: str, limits: Limits, tls: ssl.SSLContext | None, certificate: SystemCertificate | None = None
    ) -> None:
        """`url` ends with /clients-api; `certificate` is only looked at by `check`."""
        self._exchange = Exchange("MPower", url=url, limits=limits, tls=tls)
        self._certificate = certificate

    def is_valid(self, code: str, *, acting: ActingContext) -> bool:  # noqa: ARG002 - no place for it
        """Ask Code-True-One. Raises NotFoundThere, TryLater, Refused, UnusableAnswer."""
        data = self._ask(f"{CHECKS}Code-True-One", {"AuthorizationCode": wire.code(code)})
        return wire.read_truth(data)

    def details(self, code: str, *, acting: ActingContext) -> Power:  # noqa: ARG002 - no place for it
        """Ask Code-Details-One. Raises NotFoundThere, TryLater, Refused, UnusableAnswer, WrongSubject."""
        answer = self._answer(f"{CHECKS}Code-Details-One", {"AuthorizationCode": wire.code(code)})
        power = wire.read_power(wire.read_data(answer.body), raw=answer.body.decode())
        if power.code != code:
            raise WrongSubject("the answer is about another power")
        return power

    def between(
        self,
        *,
        type_code: str,
        subject: str,
        representative: str,
        acting: ActingContext,  # noqa: ARG002 - no place for it
    ) -> PowerBetween:
        """Ask TypeCode-Valid-One. None there is an empty code. Raises TryLater, Refused, UnusableAnswer."""
        query = {
            "AuthorizationTypeCode": wire.type_code(type_code),
            "AuthorizingIdn": wire.number(subject),
            "AuthorizedIdn": wire.number(representative),
        }
        try:
            return wire.read_between(self._ask(f"{CHECKS}TypeCode-Valid-One", query))
        except NotFoundThere:
            return PowerBetween(code="", is_valid=False)

    def listed(self, question: PowersQuestion, *, acting: ActingContext) -> tuple[Power, ...]:  # noqa: ARG002 - as above
        """Ask Idn-Details-List. Raises TryLater, Refused, UnusableAnswer, WrongSubject."""
        try:
            data = self._ask(f"{CHECKS}Idn-Details-List", _query(question))
        except NotFoundThere:
            return ()
        found = wire.read_powers(data)
        for one in found:
            if question.party not in (one.subject.number, one.representative.number):
                raise WrongSubject("the list is about another person")
            if question.given_to not in ("", one.representative.number):
                raise WrongSubject("the list is about another representative")
            if question.given_by not in ("", one.subject.number):
                raise WrongSubject("the list is about another represented person")
        return found

    def paper(self, code: str, *, acting: ActingContext) -> bytes:  # noqa: ARG002 - no place for it
        """Ask for the file. Raises NotFoundThere, TryLater, Refused, UnusableAnswer."""
        answer = self._answer(FILE, {"AuthorizationCode": wire.code(code)}, limit=MAX_RESULT_BYTES)
        return wire.read_paper(wire.read_data(answer.body))

    def check(self, *, at: datetime) -> list[Finding]:
        """Return whether our certificate holds and whether MPower answers us. Asks about nobody."""
        request = self._exchange.request("GET", f"{CHECKS}Code-True-One", params={"AuthorizationCode": NO_CODE})
        return findings(self._exchange, request, certificate=self._certificate, at=at)

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _ask(self, path: str, query: Mapping[str, str]) -> wire.Json:
        return wire.read_data(self._answer(path, query).body)

    def _answer(self, path: str, query: Mapping[str, str], *, limit: int = 1024 * 1024) -> Answer:
        answer = self._exchange.read(self._exchange.request("GET", path, params=dict(query)), limit=limit)
        if answer.status == httpx.codes.NOT_FOUND and wire.is_of_the_registry(answer):
            raise NotFoundThere("MPower shows no such power")
        if answer.status in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Refused(f"MPower answers with status {answer.status}", code=str(answer.status))
        if answer.status != httpx.codes.OK:
            raise UnusableAnswer(f"MPower answers with status {answer.status}")
        return answer


def _query(question: PowersQuestion) -> dict[str, str]:
    """Return the query of a list. Its moments are UTC; the end is EndDate, whose name the guide prints wrongly."""
    if question.given_by and question.given_by == question.given_to:
        raise Refused("nobody gives a power to themselves", code="400")
    query = {"IDNx": wire.number(question.party), "Page": str(question.page), "ItemsPerPage": str(question.per_page)}
    if question.state is not None:
        query["Status"] = str(int(question.state))
    if question.type_code:
        query["AuthorizationTypeCode"] = wire.type_code(question.type_code)
    for name, moment in (("StartDate", question.from_moment), ("EndDate", question.to_moment)):
        if moment is not None:
            query[name] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name, party in (("GrantedByIdn", question.given_by), ("GrantedToIdn", question.given_to)):
        if party:
            query[name] = wire.number(party)
    return query
