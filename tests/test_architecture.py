"""Who may import whom, where each library's types may stand, and what opens at start."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PROJECT

ALLOWED = {"index": {"index"}, "prompts": {"prompts"}, "qa": {"qa", "index", "prompts"}, "ui": {"ui", "qa", "index"}}
CONFINED = {
    "chromadb": ("index/vectors/",),
    "tantivy": ("index/terms.py", "qa/words.py"),
    "sqlite3": ("index/catalog/",),
    "sentence_transformers": ("index/embed/", "qa/rerank.py", "qa/entail.py"),
    "torch": ("index/embed/", "qa/chat/unpacking.py", "qa/chat/prompt_reader.py"),
    "langchain": ("qa/chat/", "qa/chain.py", "qa/answer.py", "qa/assistant.py"),
    "langchain_core": (
        "qa/chat/",
        "qa/evaluation/judge.py",
        "qa/chain.py",
        "qa/answer.py",
        "qa/assistant.py",
        "qa/all_at_once.py",
        "qa/drafting.py",
        "qa/reading.py",
        "qa/one_by_one.py",
        "qa/part_by_part.py",
        "qa/parts.py",
        "qa/retriever.py",
    ),
    "streamlit": ("ui/",),
}
HEAVY = ("torch", "chromadb", "langchain", "langchain_core", "streamlit", "transformers", "sentence_transformers")


def modules() -> list[Path]:
    return sorted(path for folder in ALLOWED for path in (PROJECT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module imported, and whether that happens when the file is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef) or _is_type_checking(outer)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module or ""]
        for name in names:
            yield name, id(node) not in late


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_imports_only_what_its_folder_may(path: Path) -> None:
    place = path.relative_to(PROJECT).as_posix()
    folder = place.split("/")[0]
    for name, at_load in imports(path):
        top = name.split(".")[0]
        if top in ALLOWED:
            assert top in ALLOWED[folder], f"{place} imports {name}"
        if name.startswith("qa.evaluation"):
            assert folder == "ui" or place.startswith("qa/evaluation/"), f"{place} imports {name}"
        if top in CONFINED:
            assert place.startswith(CONFINED[top]), f"{place} imports {name}"
        if top in HEAVY and folder in ("index", "prompts"):
            assert not at_load, f"{place} loads {name} when it is imported"


def test_the_command_line_starts_without_anything_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, ui.cli; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {*HEAVY, "numpy", "pydantic", "rich"} & set(loaded)


def test_the_root_holds_the_five_folders_and_the_files_beside_them() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in tracked.splitlines()}
    files = {"pyproject.toml", "README.md", "CHANGELOG.md", "Makefile", "constraints.txt", ".ci", "docs", ".gitignore"}
    assert top <= {*ALLOWED, "tests", *files}


def test_an_installed_reftel_has_every_package_and_every_data_file() -> None:
    tool = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {".".join(path.parent.relative_to(PROJECT).parts) for path in modules() if path.name == "__init__.py"}
    assert set(tool["packages"]) == folders
    listed = {
        file.relative_to(PROJECT).as_posix()
        for package, patterns in tool["package-data"].items()
        for pattern in patterns
        for file in (PROJECT / package.replace(".", "/")).glob(pattern)
    }
    data = {
        file.relative_to(PROJECT).as_posix()
        for folder in ALLOWED
        for file in (PROJECT / folder).rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc")
    }
    assert listed == data


def test_every_error_stands_in_the_tree_that_errors_draws() -> None:
    import index.errors

    def walk(kind: type[Exception], depth: int) -> Iterator[tuple[str, int]]:
        yield kind.__name__, depth
        for below in kind.__subclasses__():
            yield from walk(below, depth + 1)

    drawn = index.errors.__doc__ or ""
    lines = [line for line in drawn.splitlines() if "──" in line or line.startswith("ReftelError")]
    assert [(line.split("── ")[-1].split()[0], _depth(line)) for line in lines] == list(
        walk(index.errors.ReftelError, 0)
    )


def _depth(line: str) -> int:
    return (line.index("── ") + 1) // 4 + 1 if "── " in line else 0
