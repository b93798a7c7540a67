"""W11: the request paper, PDF/A-3a and PDF/UA-1 in one file."""

from itertools import count
from typing import Any
from unittest.mock import patch

import typst

from bench.measuring import Contest, by_turns
from bench.table import Row, Target
from bench.workloads.run import Run
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.journeys.make_papers import request_paper
from ghiseu.modules.documents.papers import rendering
from ghiseu.modules.documents.papers.kinds import RequestPaper

MOST_TIMES = 1.5


class _Recorder:
    """Stands before a compiler for a moment and notes what it is asked."""

    def __init__(self, compiler: typst.Compiler) -> None:
        self.compiler = compiler
        self.asked: dict[str, Any] = {}  # Any: the arguments of the compiler, of several types

    def compile(self, **asked: Any) -> Any:  # Any: the compiler's own signature
        self.asked = asked
        return self.compiler.compile(**asked)


def measure(run: Run) -> list[Row]:
    """Time gathering and rendering against Typst on the same source with values that are ready."""
    run.counter.free()
    number = run.counter.receive()
    file = run.counter.opened(number)
    run.counter.free()
    serials = count(1)
    asked = _asked(run, file)
    ready = str(asked["sys_inputs"]["values"])
    alone = typst.Compiler(
        str(rendering.HERE / RequestPaper.TEMPLATE),
        root=str(rendering.HERE),
        font_paths=[str(rendering.FONTS)],
        ignore_system_fonts=True,
    )

    def ours() -> None:
        # Another number each time: Typst remembers what it has drawn.
        file.case.number = f"{number}-A{next(serials):04}"
        _render(run, file)

    def limit() -> None:
        values = ready.replace(number, f"{number}-B{next(serials):04}")
        alone.compile(**{**asked, "sys_inputs": {"values": values}})

    mine, beside = by_turns(Contest(ours=ours, limit=limit), rounds=run.rounds)
    times = mine.median / beside.median
    return [
        Row(
            code="W11",
            what="request paper",
            limit_is="Typst alone on the same source, the same standards, values ready as JSON",
            ours=mine,
            limit=beside,
            targets=(Target(says=f"<= {MOST_TIMES} of Typst alone", found=f"{times:.2f}", met=times <= MOST_TIMES),),
        )
    ]


def _render(run: Run, file: OpenedCase) -> None:
    with transaction():
        paper = request_paper(file, at_desk=run.counter.where, at=clock.now())
    rendering.render(paper)


def _asked(run: Run, file: OpenedCase) -> dict[str, Any]:  # Any: the arguments of the compiler, of several types
    compiler, lock = rendering._compiler(RequestPaper.TEMPLATE)
    recorder = _Recorder(compiler)
    with patch.object(rendering, "_compiler", return_value=(recorder, lock)):
        _render(run, file)
    return recorder.asked
