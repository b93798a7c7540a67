"""A browser for tests: keeps the cookies of the product and of MPass apart and carries forms between them."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from django.http import HttpResponse
from django.test import Client
from lxml import html

from simulators.common.process import Running

PRODUCT = "http://testserver"


@dataclass(frozen=True, kw_only=True)
class Form:
    """The first form of a page that posts to another system, or the first one at all."""

    action: str
    values: dict[str, str]


def form_in(page: bytes) -> Form:
    """Return the form of a page with its hidden and chosen values."""
    forms = [one for one in html.fromstring(page).forms if one.action != "/language"]
    form = next((one for one in forms if one.get("id") in {"saml-message", "message"}), forms[0])
    return Form(action=str(form.action), values={name: value or "" for name, value in form.form_values()})


@dataclass(kw_only=True)
class Browser:
    """One person's browser; `product` and `mpass` hold the cookies."""

    simulator: Running
    product: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    mpass: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def ask(self, path: str = "/work") -> Form:
        """Open a page of the product as somebody unknown; return the form that goes to MPass."""
        response = self.product.get(path, follow=True)
        assert response.status_code == 200, response.content
        return form_in(response.content)

    def send(self, form: Form) -> bytes:
        """Post a form to MPass and return its page."""
        address = form.action if form.action.startswith("http") else self.simulator.url + form.action
        answer = self.mpass.post(address, data=form.values)
        assert answer.status_code == 200, answer.text
        return answer.content

    def at_mpass(self, form: Form, *, idnp: str, decision: str = "yes") -> Form:
        """Go to MPass, sign in there when it asks, and return the form that goes back."""
        page = form_in(self.send(form))
        if page.action == "/login/choose":
            page = form_in(
                self.send(Form(action=page.action, values={**page.values, "idnp": idnp, "decision": decision}))
            )
        return page

    def bring_back(self, form: Form) -> HttpResponse:
        """Post MPass's answer to the product as a cross-site request: without the product's cookies; then go on."""
        assert form.action.startswith(PRODUCT), form.action
        handed = Client().post(urlsplit(form.action).path, form.values)
        if handed.status_code != 303:
            return handed
        return self.product.get(handed.headers["Location"], follow=True)

    def sign_in(self, idnp: str, *, path: str = "/work") -> HttpResponse:
        """Do all of it."""
        return self.bring_back(self.at_mpass(self.ask(path), idnp=idnp))

    def sign_in_from_lock(self, idnp: str, *, path: str = "/work", decision: str = "yes") -> HttpResponse:
        """Press the button of the lock page and prove who you are."""
        (address,) = html.fromstring(self.product.get("/lock", {"next": path}).content).xpath(
            "//a[starts-with(@href, '/sign-in')]/@href"
        )
        return self.bring_back(self.at_mpass(self.ask(address), idnp=idnp, decision=decision))

    def press(self, path: str, *, page: str, **values: str) -> HttpResponse:
        """Post to the product with the token of one of its pages."""
        shown = self.product.get(page)
        token = html.fromstring(shown.content).xpath("//input[@name='csrfmiddlewaretoken']/@value")
        return self.product.post(path, {"csrfmiddlewaretoken": token[0], **values})

    def is_let_in(self, path: str = "/work") -> bool:
        """Tell whether a protected page opens."""
        return self.product.get(path).status_code == 200

    def go_on_after_sign_out(self, to_mpass: HttpResponse) -> HttpResponse:
        """Carry our log-out to MPass and its answer back."""
        return self.bring_back(form_in(self.send(form_in(to_mpass.content))))

    def leave_mpass(self) -> list[HttpResponse]:
        """Sign out at MPass: load its frames, carry its requests to the product and the answers back."""
        page = self.mpass.post(f"{self.simulator.url}/logout").content
        answers = []
        for address in html.fromstring(page).xpath("//iframe/@src"):
            asked = form_in(self.mpass.get(self.simulator.url + str(address)).content)
            answer = Client().post(urlsplit(asked.action).path, asked.values)
            answers.append(answer)
            if answer.status_code == 200:
                self.send(form_in(answer.content))
        return answers

    def misbehave(self, fault: str, *, times: int | None = 1) -> None:
        """Tell MPass how its next answers are wrong."""
        told = {"fault": fault, "times": times}
        httpx.post(f"{self.simulator.url}/control/saml", json=told, timeout=10).raise_for_status()
