"""Is MNotify configured, does it answer, and can the templates be filled that we were told to use?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ghiseu.adapters.mnotify import wire
from ghiseu.foundation.outcomes import OutsideError, TryLater, UnusableAnswer
from ghiseu.foundation.wire.exchange import Exchange
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about_ours
from ghiseu.foundation.wire.system_certificate import SystemCertificate

# What every variable of ours looks like, for a try.
SAMPLE = {
    "number": "LOZ-2026-000001-07",
    "centre": "Lozova",
    "address": "s. Lozova",
    "phone": "+373 237 00 000",
    "office": "Strășeni",
    "day": "24.11.2026",
    "time": "10:30",
    "until": "24.11.2026",
}
NEW_CERTIFICATE = "Order a new system certificate and have its serial number registered with MNotify."
ASK_THE_AGENCY = "Look at GHISEU_MNOTIFY_URL; ask the Agency whether our certificate and address are registered."
MEND_TEMPLATE = "Look at GHISEU_MNOTIFY_TEMPLATES, or mend the template at MNotify."


@dataclass(frozen=True, kw_only=True)
class Checks:
    """Asks the platform what changes nothing."""

    exchange: Exchange
    certificate: SystemCertificate | None
    templates: Mapping[str, str]

    def run(self, *, at: datetime) -> list[Finding]:
        """Return a line for each thing looked at. Never raises for what is wrong outside."""
        return [*self._about_certificate(at=at), *self._about_answer(), *self._about_templates()]

    def filled(
        self, template: str, variables: Mapping[str, str], *, headers: Mapping[str, str]
    ) -> dict[str, dict[str, str]]:
        """Return the template with these variables filled in, as MNotify would send it.

        POST with a body, as the description says; one table of the guide has GET. Changes nothing there.
        Raises TryLater, UnusableAnswer.
        """
        body = {"variables": wire.variables(variables)}
        request = self.exchange.request("POST", f"api/Template/{template}/check", json=body, headers=dict(headers))
        answer = self.exchange.read(request)
        if not answer.is_done:
            raise UnusableAnswer(f"MNotify does not fill the template: status {answer.status}")
        return wire.read_template(answer.body)

    def _about_certificate(self, *, at: datetime) -> Iterator[Finding]:
        if self.certificate is None:
            yield Finding(level=Level.ERROR, fact="no system certificate is configured", next_step=NEW_CERTIFICATE)
            return
        yield from findings_about_ours(self.certificate, at=at, next_step=NEW_CERTIFICATE)

    def _about_answer(self) -> Iterator[Finding]:
        request = self.exchange.request("GET", "api/Notification", params={"ItemsPerPage": "1"})
        try:
            answer = self.exchange.read(request)
            if not answer.is_done:
                raise TryLater(f"MNotify answers with status {answer.status}")
            wire.read_list(answer.body)
        except OutsideError as error:
            yield Finding(level=Level.ERROR, fact=error.reason, next_step=ASK_THE_AGENCY)
        else:
            yield Finding(level=Level.OK, fact="MNotify answers")

    def _about_templates(self) -> Iterator[Finding]:
        for event, template in sorted(self.templates.items()):
            try:
                found = self.filled(template, SAMPLE, headers={})
            except OutsideError as error:
                fact = f"template of {event}: {error.reason}"
                yield Finding(level=Level.ERROR, fact=fact, next_step=MEND_TEMPLATE)
                continue
            if names := wire.left_open(found):
                fact = f"template of {event} asks for what we do not give: {', '.join(names)}"
                yield Finding(level=Level.ERROR, fact=fact, next_step=MEND_TEMPLATE)
            else:
                yield Finding(level=Level.OK, fact=f"template of {event} can be filled")
