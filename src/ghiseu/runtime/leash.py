"""Run a command so that it cannot outlive whoever started it.

Run as a script, with nothing but the standard library, because it starts before the environment is known to work:

    leash.py follow PARENT UID GID command ...   becomes the command; the kernel interrupts it when PARENT dies
    leash.py guard  PARENT GRACE   command ...   stays, adopts every descendant, and leaves none behind

`follow` suits a program that ends its own children (PostgreSQL); `guard` suits any other.
"""

import ctypes
import os
import signal
import sys
import time

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
SET_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
WATCHED = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
PARENT_IS_GONE = 75


def control(option: int, value: int) -> None:
    """Call prctl(2). Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def die_with(parent: int, *, by: signal.Signals) -> None:
    """Ask for the signal when the parent dies; leave at once if it already has."""
    control(SET_PARENT_DEATH_SIGNAL, by)
    if os.getppid() != parent:
        sys.exit(PARENT_IS_GONE)


def follow(*, parent: int, uid: int, gid: int, command: list[str]) -> None:
    """Become the command under this user. A change of user clears the death signal, so the user comes first."""
    if os.getuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    die_with(parent, by=signal.SIGINT)
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


def children() -> list[int]:
    """Return the ids of the processes that this one would have to wait for."""
    own = str(os.getpid())
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as stat:
                parent = stat.read().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == own:
            found.append(int(name))
    return found


def end_everything() -> None:
    """Kill the children until none is left; the children of the dead become ours and follow."""
    while True:
        for child in children():
            os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def start(command: list[str]) -> int:
    """Fork and run the command; it dies with us. Returns its process id."""
    own = os.getpid()
    child = os.fork()
    if child:
        return child
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
    die_with(own, by=signal.SIGKILL)
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error}\n")
        os._exit(127)


def reap(main: int) -> int | None:
    """Collect the dead. Returns the exit code of the main child once it is among them."""
    code = None
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if child == 0:
            return code
        if child == main:
            ended = os.waitstatus_to_exitcode(status)
            code = ended if ended >= 0 else 128 - ended


def guard(*, parent: int, grace: float, command: list[str]) -> int:
    """Run the command to its end and return its exit code; a request to stop is enforced after `grace` seconds."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    die_with(parent, by=signal.SIGTERM)
    control(SET_CHILD_SUBREAPER, 1)
    main = start(command)
    deadline = None
    while True:
        arrived = signal.sigtimedwait(WATCHED, 0.5)
        code = reap(main)
        if code is not None:
            end_everything()
            return code
        if arrived is not None and arrived.si_signo != signal.SIGCHLD and deadline is None:
            os.kill(main, signal.SIGTERM)
            deadline = time.monotonic() + grace
        if deadline is not None and time.monotonic() > deadline:
            end_everything()
            return 128 + signal.SIGKILL


def main(arguments: list[str]) -> int:
    """Read the command line described above."""
    mode, parent, *rest = arguments
    if mode == "follow":
        uid, gid, *command = rest
        follow(parent=int(parent), uid=int(uid), gid=int(gid), command=command)
    grace, *command = rest
    return guard(parent=int(parent), grace=float(grace), command=command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
