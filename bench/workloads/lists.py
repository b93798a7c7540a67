"""W3 and W4: the work list and the search, with a thousand cases in the centre and with many more."""

from dataclasses import dataclass
from urllib.parse import quote

from bench.measuring import Series
from bench.people import SURNAMES, idnp_of
from bench.rows import person_serial
from bench.table import Row, Target
from bench.workloads.run import NotAnswered, Run
from ghiseu.foundation.access import transaction
from ghiseu.modules.cases.queries import WorkList, work_list

MOST_MS = {"list": 10.0, "idnp": 5.0, "name": 30.0}
MOST_GROWTH = 1.2
# One person in 45 has it: the search shows as many people as it ever does.
FREQUENT = SURNAMES[0]
# One person in 45 has it: the search shows as many people as it ever does.
FREQUENT = SURNAMES[0]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page that is timed at every size."""

    code: str
    key: str
    what: str
    path: str
    words: str = ""  # what is searched; sent as the page sends it
    is_typing: bool = False


def measure(run: Run) -> list[Row]:
    """Time the pages at each size; the last size of a page also tells how much it grew."""
    rows: list[Row] = []
    first: dict[str, Series] = {}
    for size in run.sizes:
        run.generator.grow_to(size)
        for page in _pages(run):
            ours, limit, queries = run.read_page(page.path, sends=_sent(page))
            first.setdefault(page.key, ours)
            rows.append(
                Row(
                    code=page.code,
                    what=f"{page.what}, {_grouped(size)} cases",
                    limit_is="its own SELECTs, prepared, in one transaction, row security on",
                    ours=ours,
                    limit=limit,
                    queries=queries,
                    targets=_targets(page, ours, first, is_last=size == run.sizes[-1], sizes=run.sizes),
                )
            )
    return rows


def _pages(run: Run) -> list[Page]:
    pages = [
        Page(code="W3", key="list", what="work list", path=f"/work-list?list={WorkList.INSTITUTION}"),
        Page(code="W4", key="idnp", what="find by IDNP", path="/find", words=idnp_of(person_serial(7)), is_typing=True),
        Page(code="W4", key="name", what="find by a frequent name", path="/find", words=FREQUENT),
    ]
    with transaction():
        listed = work_list(WorkList.INSTITUTION, centre_id=run.counter.where.centre_id, language="ro")
    if listed.older:
        path = f"/work-list?list={WorkList.INSTITUTION}&before={quote(listed.older)}"
        pages.insert(1, Page(code="W3", key="second", what="work list, second page", path=path))
    for page in pages:
        if "/cases/" not in run.get(page.path, sends=_sent(page)):
            raise NotAnswered(f"{page.what}: no case is shown")
    return pages


def _sent(page: Page) -> dict[str, str]:
    """Return the form of a search: lines under the box while typing, else the page that the words lead to."""
    if not page.words:
        return {}
    return {"q": page.words, "fragment": "1"} if page.is_typing else {"q": page.words}


def _targets(
    page: Page, ours: Series, first: dict[str, Series], *, is_last: bool, sizes: tuple[int, ...]
) -> tuple[Target, ...]:
    found = f"{ours.median:.1f} ms"
    if page.key == "second":
        if "list" not in first:
            return ()
        return (Target(says="p50 <= 10 ms at any depth", found=found, met=ours.median <= MOST_MS["list"]),)
    most = MOST_MS[page.key]
    targets = [Target(says=f"p50 <= {most:.0f} ms", found=found, met=ours.median <= most)]
    if page.key == "list" and is_last and len(sizes) > 1:
        growth = ours.median / first["list"].median
        says = f"growth from {_grouped(sizes[0])} to {_grouped(sizes[-1])} <= {MOST_GROWTH} (promised up to 10 million)"
        targets.append(Target(says=says, found=f"{growth:.2f}", met=growth <= MOST_GROWTH))
    return tuple(targets)


def _grouped(size: int) -> str:
    return f"{size:,}".replace(",", " ")
