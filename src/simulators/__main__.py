"""`python -m simulators all …` starts every simulator; `python -m simulators NAME …` starts one."""

import runpy
import sys

from simulators import all as every


def main(arguments: list[str]) -> int:
    """Run the starter or one simulator. Returns the exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        names = ", ".join(every.NAMES)
        sys.stderr.write(f"usage: python -m simulators all --first-port P --data DIR\nor one of: {names}\n")
        return 2
    name = arguments[0]
    if name == "all":
        return every.main(arguments[1:])
    if name not in every.NAMES:
        sys.stderr.write(f"no simulator is called {name}\n")
        return 2
    sys.argv = [f"simulators.{name}", *arguments[1:]]
    runpy.run_module(f"simulators.{name}", run_name="__main__")
    return 0


sys.exit(main(sys.argv[1:]))
