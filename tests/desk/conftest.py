"""A stocked counter with its registers, and the browser of the operator who sits there."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.desk.shop import LIDIA, enter, shop
from tests.journeys.conftest import exchange, exchange_process, lozova, simulators_folder

from ghiseu.foundation.access import transaction
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.process import Running

__all__ = ["browser", "exchange", "exchange_process", "lozova", "shop", "simulators_folder"]


class BrowserOfTheCentre(Client):
    """After each request the test sees the rows of its own centre again, whatever scope the request had."""

    def request(self, **request: Any) -> HttpResponse:  # Any: what Django's own client takes
        answer = super().request(**request)
        with transaction():
            return answer


@pytest.fixture(autouse=True)
def registers_answer(exchange: Running) -> None:
    """Let the registers answer in every test of the desk."""
    del exchange


@pytest.fixture
def browser(lozova: AtDesk) -> Client:
    """Return the browser of Lidia, signed in at the desk of `lozova`."""
    del lozova
    found = BrowserOfTheCentre()
    found.cookies = enter(LIDIA).cookies
    with transaction():
        return found
