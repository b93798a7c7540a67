"""`python -m simulators.cadastre --port N --data DIR --product URL`."""

from simulators.cadastre.profile import PROFILE
from simulators.common.institution.build import make_institution
from simulators.common.server import run

if __name__ == "__main__":
    run(PROFILE.name, lambda launch: make_institution(launch, PROFILE))
