"""Documents name only what exists, in words that are settled, about the product alone."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from ghiseu.runtime.command_line import parser

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "ghiseu"
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("bench/**/*.md")])
DECISIONS = sorted((PROJECT / "docs" / "decisions").glob("[0-9]*.md"))
LONGEST_DECISION = 80
# Names of data, not of code, look the same there: registers.SC.birth, form.delivery.
ABOUT_DATA = {"write-a-service-package.md", "registers.md", "simulators.md"}
FOLDERS = ("src/", "tests/", "docs/", "services/", "scripts/", "requirements/", "bench/", ".ci/")

QUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
SETTING = re.compile(r"[\"'](GHISEU_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL(?:_[A-Z]+)?|PORT|PUBLIC_URL|WEB_[A-Z]+)[\"']")
NOT_ABOUT_THE_PRODUCT = re.compile(
    "|".join(
        [
            r"\bAI\b", r"\bLLM", r"\b[Aa]ssistant", r"\b[Aa]gentic\b", r"[Tt]ranscript", r"[Ll]anguage model",
            r"[Cc]hatbot", r"[Ii]ssue #", r"\bTODO\b", r"\bFIXME\b", r"\bhelper", r"[Ll]orem", r"/tmp/",
        ]
    )
)  # fmt: skip


def text_of(path: Path) -> str:
    """Return the text of a document."""
    return path.read_text(encoding="utf8")


def name_of(path: Path) -> str:
    """Return the path as people write it."""
    return str(path.relative_to(PROJECT))


def without_code(text: str) -> str:
    """Return the text without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchor(heading: str) -> str:
    """Return the address that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken_link(document: Path, target: str) -> bool:
    """Tell whether an internal link leads nowhere."""
    if re.match(r"[a-z]+:", target):
        return False
    place, _, part = target.partition("#")
    path = (document.parent / place).resolve() if place else document
    if not path.exists():
        return True
    return bool(part) and path.suffix == ".md" and part not in {anchor(one) for one in HEADING.findall(text_of(path))}


def missing_path(quoted: str) -> bool:
    """Tell whether something quoted is a path of ours that does not exist. Patterns must match something."""
    if not quoted.startswith(FOLDERS) or re.search(r"[<>…{\s]|[A-Z]{4}", quoted):
        return False
    return not any(PROJECT.glob(quoted.rstrip("/")))


@cache
def known_names() -> frozenset[str]:
    """Return every ending of every dotted name of the product: modules, what they define, members of classes."""
    names = set()
    for path in SOURCE.rglob("*.py"):
        parts = [part for part in path.relative_to(SOURCE.parent).with_suffix("").parts if part != "__init__"]
        names.add(".".join(parts))
        for node in ast.parse(text_of(path)).body:
            for defined in defined_in(node):
                names.add(".".join([*parts, defined]))
    return frozenset(".".join(name.split(".")[place:]) for name in names for place in range(name.count(".") + 1))


def defined_in(node: ast.stmt) -> list[str]:
    """Return the names that a statement of a module defines; members of a class with the class before them."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.ClassDef):
        return [node.name, *(f"{node.name}.{one}" for child in node.body for one in defined_in(child))]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.ImportFrom):  # a package shows some names as its own: access.transaction
        return [one.asname or one.name for one in node.names]
    return []


@cache
def timed_jobs() -> frozenset[str]:
    """Return the names of jobs that start by themselves."""
    declared = "\n".join(text_of(path) for path in SOURCE.rglob("*jobs.py"))
    return frozenset(re.findall(r'job\(name="([^"]+)", queue="\w+", every=', declared))


def unknown_name(quoted: str) -> bool:
    """Tell whether something quoted is a name of ours (module.function, Class.member, job) that does not exist."""
    token = quoted.removesuffix("()")
    if token in timed_jobs():
        return False
    if not DOTTED.fullmatch(token) or Path(token).suffix in {".py", ".yaml", ".md", ".log", ".toml", ".json", ".po"}:
        return False
    first = token.partition(".")[0]
    return first in known_names() and token not in known_names()


def rows_of(document: Path) -> list[list[str]]:
    """Return the cells of all table rows, without heads and rules."""
    found: list[list[str]] = []
    for line in text_of(document).splitlines():
        if re.fullmatch(r"\|[-|]+\|", line):
            found.pop()  # what stood above was the head
        elif line.startswith("|"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
class TestEveryDocument:
    def test_has_links_that_lead_somewhere(self, document):
        links = LINK.findall(without_code(text_of(document)))

        assert [target for target in links if broken_link(document, target)] == []

    def test_names_paths_that_exist(self, document):
        assert [quoted for quoted in QUOTED.findall(text_of(document)) if missing_path(quoted)] == []

    def test_names_functions_that_exist(self, document):
        quoted = [] if document.name in ABOUT_DATA else QUOTED.findall(without_code(text_of(document)))

        assert [one for one in quoted if unknown_name(one)] == []

    def test_names_commands_that_exist(self, document):
        targets = set(re.findall(r"^([\w-]+):", text_of(PROJECT / "Makefile"), re.MULTILINE))
        commands = set(re.findall(r"(?m)^  {2,4}([a-z-]+)(?: |$)", parser().format_help()))
        code = "\n".join([*QUOTED.findall(text_of(document)), *re.findall(r"```.*?```", text_of(document), re.DOTALL)])

        assert "up" in commands
        assert set(re.findall(r"(?m)(?:^|=\S+ )make ([a-z-]+)", code)) - targets == set()
        assert set(re.findall(r"(?m)(?:^|bin/|=\S+ )ghiseu ([a-z-]+)", code)) - commands == set()

    def test_speaks_of_the_product_alone(self, document):
        assert NOT_ABOUT_THE_PRODUCT.findall(text_of(document)) == []


class TestWhatWouldBeFound:
    def test_a_link_or_path_or_name_that_leads_nowhere(self):
        walkthrough = PROJECT / "docs" / "walkthrough.md"

        assert broken_link(walkthrough, "nowhere.md")
        assert broken_link(walkthrough, "words.md#no-such-part")
        assert missing_path("src/ghiseu/journeys/fly.py")
        assert unknown_name("submit_case.fly")
        assert unknown_name("Submission.fly")

    def test_and_what_is_there_is_left_alone(self):
        assert not missing_path("src/ghiseu/journeys/submit_case.py")
        assert not missing_path("services/<provider>/service.yaml")
        assert not unknown_name("submit_case.freeze")
        assert not unknown_name("access.transaction")
        assert not unknown_name("django.db.models")


class TestWords:
    def test_has_one_row_for_each_term(self):
        terms = [row[0].casefold() for row in rows_of(PROJECT / "docs" / "words.md")]

        assert [term for term in sorted(set(terms)) if terms.count(term) > 1] == []
        assert len(terms) > 60

    @pytest.mark.parametrize("column", [2, 3, 4])
    def test_uses_no_word_of_the_screen_for_two_things(self, column):
        shown = [row[column].casefold() for row in rows_of(PROJECT / "docs" / "words.md") if len(row) > column]
        shown = [word for word in shown if word != "—"]

        assert [word for word in sorted(set(shown)) if shown.count(word) > 1] == []

    def test_writes_romanian_with_commas_below(self):
        assert re.findall("[şţŞŢ]", text_of(PROJECT / "docs" / "words.md")) == []


class TestDecisions:
    def test_are_numbered_without_a_gap(self):
        assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))

    @pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
    def test_say_context_decision_and_consequences_on_one_page(self, decision):
        headings = HEADING.findall(text_of(decision))

        assert headings[0].startswith(f"{int(decision.name[:4])}. ")
        assert headings[1:] == ["Context", "Decision", "Consequences"]
        assert len(text_of(decision).splitlines()) <= LONGEST_DECISION

    def test_stand_in_the_list(self):
        listed = LINK.findall(text_of(PROJECT / "docs" / "decisions" / "README.md"))

        assert listed == [path.name for path in DECISIONS]


class TestReadme:
    def test_leads_to_every_howto(self):
        links = LINK.findall(text_of(PROJECT / "README.md"))

        assert {name_of(path) for path in (PROJECT / "docs" / "howto").glob("*.md")} - set(links) == set()


class TestSettings:
    def test_are_all_explained(self):
        read = {name for path in SOURCE.rglob("*.py") for name in SETTING.findall(text_of(path))}
        told = set(QUOTED.findall(text_of(PROJECT / "docs" / "howto" / "install.md")))

        assert read - told == set()
        assert {name for name in told if re.fullmatch(r"GHISEU_[A-Z0-9_]+", name)} - read == set()


class TestJobs:
    def test_that_start_by_themselves_are_all_told(self):
        told = set(QUOTED.findall(text_of(PROJECT / "docs" / "howto" / "operate.md")))

        assert timed_jobs()
        assert timed_jobs() - told == set()


class TestLicence:
    def test_is_the_european_union_public_licence(self):
        text = text_of(PROJECT / "LICENSE")

        assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
        assert re.findall(r"^(\d+)\.", text, re.MULTILINE) == [str(number) for number in range(1, 16)]


class TestPubliccode:
    """The rules of publiccode.yml 0.4 that can be judged without the network."""

    CATEGORIES = frozenset(
        ["customer-service-and-support", "document-management", "appointment-scheduling", "workflow-management"]
    )
    SCOPES = frozenset(["government", "local-authorities", "welfare", "society", "foreign-affairs"])

    @pytest.fixture
    def content(self):
        return yaml.safe_load(text_of(PROJECT / "publiccode.yaml"))

    def test_has_what_the_standard_asks_for(self, content):
        wanted = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType"}

        assert wanted | {"description", "legal", "maintenance", "localisation"} <= set(content)
        assert content["publiccodeYmlVersion"] == "0.4"
        assert content["url"].startswith("https://")
        assert content["platforms"]
        assert content["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
        assert content["softwareType"] == "standalone/web"

    def test_describes_in_the_lengths_that_are_allowed(self, content):
        for language, described in content["description"].items():
            assert re.fullmatch("[a-z]{2}", language)
            assert 0 < len(described["shortDescription"]) <= 150
            assert 150 <= len(described["longDescription"]) <= 10_000
            assert all(isinstance(feature, str) for feature in described["features"])
            assert described["features"]

    def test_names_licence_maintainers_and_languages(self, content):
        assert content["legal"]["license"] == "EUPL-1.2"
        assert content["maintenance"]["type"] in {"internal", "community"}
        assert all(contact["name"] for contact in content["maintenance"]["contacts"])
        assert isinstance(content["localisation"]["localisationReady"], bool)
        assert content["localisation"]["availableLanguages"] == ["ro", "ru", "en"]

    def test_uses_words_of_the_standard_and_plain_text(self, content):
        assert set(content["categories"]) <= self.CATEGORIES
        assert set(content["intendedAudience"]["scope"]) <= self.SCOPES
        assert all(re.fullmatch("[A-Z]{2}", country) for country in content["intendedAudience"]["countries"])
        assert json.loads(json.dumps(content)) == content

    def test_has_the_version_of_the_package(self, content):
        assert f'version = "{content["softwareVersion"]}"' in text_of(PROJECT / "pyproject.toml")
