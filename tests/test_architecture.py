"""The layers, the bans and the parities of the design hold by test, not by discipline."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.check import About
from auditor.cli.main import COMMANDS
from auditor.framework_file import shipped_frameworks
from auditor.gate import BUG, GATE_FAILED, INCOMPLETE, OK
from auditor.registry import all_checks, check_ids

ROOT = Path(__file__).resolve().parent.parent

LAYERS: tuple[tuple[str, ...], ...] = (
    ("auditor.errors", "auditor.setting", "auditor.reading", "auditor._siblings"),
    ("auditor.shape", "auditor.members", "auditor.model"),
    ("auditor.schema", "auditor.s3"),
    ("auditor.framework_parameter", "auditor.framework_scope"),
    ("auditor.framework", "auditor.waiver", "auditor.baseline"),
    ("auditor.framework_rules", "auditor.framework_file"),
    ("auditor.check", "auditor.prelude", "auditor.quote", "auditor.kept"),
    ("checks",),
    ("auditor.registry",),
    (
        "auditor.assessment",
        "auditor.demand",
        "auditor.excuse",
        "auditor.scoping",
        "auditor.gate",
        "auditor.evaluate",
        "auditor.assemble",
    ),
    ("auditor.document", "auditor.assessment_read", "auditor.assessment_json", "auditor.iam_policy"),
    ("auditor.sources", "auditor.activity", "auditor.report"),
    ("auditor.aws",),
    ("auditor.demo",),
    ("auditor.cli", "auditor.__main__"),
)
"""Low to high: a module imports from its own row and from rows above it in this table, never from one below."""

ONLY_IN: dict[str, tuple[str, ...]] = {
    "boto3": ("auditor.aws", "auditor.demo"),
    "botocore": ("auditor.aws", "auditor.demo"),
    "obstore": ("auditor.aws",),
    "moto": ("auditor.demo",),
    "click": ("auditor.cli",),
    "duckdb": ("auditor.activity",),
    "weasyprint": ("auditor.report",),
    "jinja2": ("auditor.report",),
    "pygal": ("auditor.report",),
    "subprocess": ("auditor.demo",),
    "requests": (),
    "urllib.request": (),
    "pickle": (),
    "random": ("auditor.demo",),
}
"""Library -> the packages that may import it; everywhere else it would be in the wrong room."""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of ours by dotted name."""
    for package in ("auditor", "checks", "policies", "report_templates"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(module imported, whether at the top of the module); imports for type checkers only do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield alias.name, id(node) in top
            case ast.ImportFrom(module=str(module), names=names):
                yield module, id(node) in top
                for alias in names:
                    yield f"{module}.{alias.name}", id(node) in top
            case _:
                pass


def within(name: str, package: str) -> bool:
    """Whether `name` is `package` or inside it."""
    return name == package or name.startswith(f"{package}.")


def layer(name: str) -> int | None:
    """The row of the table that `name` belongs to, None for what is none of ours."""
    for index, row in enumerate(LAYERS):
        if any(within(name, package) for package in row):
            return index
    return None


def test_every_module_has_a_layer() -> None:
    """A new package must be given its place before it can grow."""
    homeless = [name for name, _ in modules() if within(name, "auditor") and name != "auditor" and layer(name) is None]

    assert homeless == []


def test_no_module_imports_from_above() -> None:
    """Data flows one way: low layers know nothing of high ones."""
    wrong = []
    for name, path in modules():
        mine = layer(name)
        if mine is None:
            continue
        for imported, _ in imports(path):
            theirs = layer(imported)
            if theirs is not None and theirs > mine:
                wrong.append(f"{name} imports {imported}")

    assert wrong == []


def test_libraries_stay_in_their_rooms() -> None:
    """AWS is talked to in auditor/aws, the terminal in auditor/cli; nothing else opens a network connection."""
    wrong = [
        f"{name} imports {imported}"
        for name, path in modules()
        for imported, _ in imports(path)
        for library, rooms in ONLY_IN.items()
        if within(imported, library) and not any(within(name, room) for room in rooms)
    ]

    assert wrong == []


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    """`--help` answers at once because no command is loaded for it, and rendering loads its library late."""
    heavy = ("boto3", "weasyprint", "duckdb", "pygal", "moto")
    wrong = [
        f"{name} imports {imported} at its top"
        for name, path in modules()
        if not within(name, "auditor.aws") and not within(name, "auditor.demo")
        for imported, top in imports(path)
        if top and any(within(imported, library) for library in heavy)
    ]

    assert wrong == []


def test_the_clock_and_the_terminal_belong_to_the_command_line() -> None:
    """Pure code gets the time as a value and prints nothing."""
    wrong = []
    for name, path in modules():
        if within(name, "auditor.cli") or within(name, "auditor.demo") or name == "auditor.__main__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="print" | "open" | "input" as function)):
                    wrong.append(f"{name}:{node.lineno} calls {function}")
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="datetime"), attr="now" | "utcnow" | "today" as call)
                ):
                    wrong.append(f"{name}:{node.lineno} asks for the time with {call}")
                case _:
                    pass

    assert wrong == []


def check_files() -> list[Path]:
    """The files of the built-in checks."""
    return [path for path in sorted((ROOT / "checks" / "posture").glob("*.py")) if path.stem != "__init__"]


def test_a_check_is_found_by_its_name() -> None:
    """File stem, id and registration agree, so that a reader finds a check without a search."""
    stems = {path.stem.replace("_", "-") for path in check_files()}

    assert stems == check_ids()


@pytest.mark.parametrize("path", check_files(), ids=lambda path: path.stem)
def test_a_check_has_a_truth_table(path: Path) -> None:
    """Every check has a test file of its own."""
    assert (ROOT / "tests" / "checks" / f"test_{path.stem}.py").is_file()


@pytest.mark.parametrize("about", [check.about for check in all_checks()], ids=lambda about: about.id)
def test_a_check_explains_itself(about: About) -> None:
    """Title, rationale, remedy and source are whole, and the source is a page of AWS or a standard."""
    assert about.title
    assert not about.title.endswith(".")
    assert len(about.rationale) > 60
    assert about.rationale.endswith(".")
    assert len(about.remediation) > 30
    assert about.remediation.endswith(".")
    assert about.reference.startswith("https://")
    assert len(set(about.reads)) == len(about.reads)


def readme() -> str:
    """The README's text."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_everything() -> None:
    """Every command, framework, check and exit code is in the README or in the pages it links to."""
    pages = readme() + "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    missing = [
        word
        for word in (*COMMANDS, *shipped_frameworks(), *sorted(check_ids()))
        if f"`{word}`" not in pages and f"s3-log-auditor {word}" not in pages
    ]

    assert missing == []
    for code in (OK, BUG, 2, INCOMPLETE, 4, 5, 6, GATE_FAILED):
        assert f"| {code} |" in readme()


def test_help_is_quick_to_import() -> None:
    """`--help` and `--version` load none of the heavy libraries."""
    code = (
        "import sys; sys.argv = ['s3-log-auditor', '--version']\n"
        "from auditor.cli.main import run\n"
        "run()\n"
        "heavy = {'boto3', 'botocore', 'duckdb', 'weasyprint', 'jinja2', 'rich', 'jsonschema', 'moto'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.stderr.strip() == ""
    assert done.returncode == 0
