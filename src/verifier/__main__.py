"""`python -m verifier journal|evidence …`: checks that a stranger can make."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """The options of one check, and the check."""

    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


# Each is imported when it is asked for: who checks a journal needs nothing that reads PDF.
def journal() -> Check:
    """Return the check of the chains and seals of the journal in a database."""
    from verifier import journal as module

    return Check(add_arguments=module.add_arguments, run=module.run)


def evidence() -> Check:
    """Return the check of the record of an agreement."""
    from verifier import evidence as module

    return Check(add_arguments=module.add_arguments, run=module.run)


CHECKS = {"journal": journal, "evidence": evidence}


def main(arguments: list[str] | None = None) -> int:
    """Run one check. Returns 0 clean, 1 findings, 2 cannot check."""
    top = argparse.ArgumentParser(prog="verifier", description=__doc__)
    top.add_argument("check", choices=CHECKS)
    top.add_argument("options", nargs=argparse.REMAINDER, help="those of the check; CHECK --help lists them")
    given = top.parse_args(arguments)
    check = CHECKS[given.check]()
    parser = argparse.ArgumentParser(prog=f"verifier {given.check}")
    check.add_arguments(parser)
    return check.run(parser.parse_args(given.options))


if __name__ == "__main__":
    sys.exit(main())
