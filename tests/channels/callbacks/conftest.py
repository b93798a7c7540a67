"""The running simulator of MPass, the product connected to it, and people who may work."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings as settings_of_tests
from tests.adapters.mpass.make_vectors import throw_away
from tests.channels.callbacks.mpass_browser import PRODUCT, Browser

from ghiseu.foundation import clock
from ghiseu.foundation.crypto import blind_index
from ghiseu.modules.centres.models import Assignment, Centre, Desk, Operator, Role
from simulators.common.process import Running, running
from simulators.mpass.signing import Signer

LIDIA = "2099240108887"
LEAD = "2099310101017"
CITIZEN = "2099310108083"


@pytest.fixture(scope="session", autouse=True)
def folder_of_static_files() -> None:
    """Make the folder that the server of static files wants to see, even empty."""
    Path(settings_of_tests.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def simulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run MPass for the whole session of tests."""
    with running("mpass", data=Path(tmp_path_factory.mktemp("simulators")), product=PRODUCT) as started:
        yield started


@pytest.fixture
def simulator(simulator_process: Running) -> Running:
    """Return MPass with nobody signed in, behaving."""
    simulator_process.reset()
    return simulator_process


@pytest.fixture(scope="session")
def our_identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the product's own SAML key and certificate."""
    folder, signer = Path(tmp_path_factory.mktemp("saml")), throw_away("product under test")
    (folder / "key.pem").write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "certificate.pem").write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    return folder


@pytest.fixture
def connected(settings, simulator: Running, our_identity: Path) -> None:
    """Let the product know MPass."""
    settings.PUBLIC_URL = PRODUCT
    settings.MPASS_URL = simulator.url
    settings.MPASS_CERTIFICATE = str(simulator.folder / "certificate.pem")
    settings.MPASS_CERTIFICATE_NEXT = ""
    settings.SAML_KEY = str(our_identity / "key.pem")
    settings.SAML_CERTIFICATE = str(our_identity / "certificate.pem")
    settings.ROOT_URLCONF = "tests.channels.callbacks.urls"


@pytest.fixture
def employ(db: None, as_owner) -> Callable[..., Operator]:
    """Return a function: let the person of this IDNP work at these centres (codes), each with so many desks."""

    def employed(idnp: str, *codes: str, desks: int = 1, role: str = Role.OPERATOR) -> Operator:
        with as_owner():
            operator, _ = Operator.objects.get_or_create(
                idnp_index=blind_index(idnp, purpose="operator"),
                defaults={"idnp": idnp, "surname": "Operator-Test", "given_name": "Lidia"},
            )
            for code in codes:
                centre, is_new = Centre.objects.get_or_create(code=code, defaults={"name": f"Centre {code}"})
                for number in range(1, desks + 1) if is_new else ():
                    Desk.objects.create(centre=centre, code=str(number), name=f"Desk {number}")
                Assignment.objects.create(operator=operator, centre=centre, role=role, from_date=date(2026, 1, 1))
        return operator

    return employed


@pytest.fixture
def browser(connected: None, simulator: Running, employ: Callable[..., Operator]) -> Browser:
    """Return a browser with nobody signed in; Lidia works at one desk of one centre."""
    employ(LIDIA, "LOZ")
    return Browser(simulator=simulator)


@pytest.fixture
def another_browser(browser: Browser, simulator: Running) -> Browser:
    """Return a second browser, of somebody else."""
    return Browser(simulator=simulator)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return a function that moves the clock of the product."""
    real = clock.now

    def moved(by: timedelta) -> None:
        def now() -> datetime:
            return real() + by

        monkeypatch.setattr(clock, "now", now)

    return moved


@pytest.fixture
def mpass_signer(simulator: Running) -> Signer:
    """Return the key of the running MPass, for messages that it would never send by itself."""
    key = load_pem_private_key((simulator.folder / "key.pem").read_bytes(), password=None)
    certificate = x509.load_pem_x509_certificate((simulator.folder / "certificate.pem").read_bytes())
    assert isinstance(key, RSAPrivateKey)
    return Signer(key=key, certificate=certificate)
