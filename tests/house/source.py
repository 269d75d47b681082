"""The source of the house, parsed once for the tests that read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lingju"
# What a reader must keep in mind while reading on; a `with` only opens and closes something.
NESTING = (ast.If, ast.For, ast.While, ast.Try, ast.Match)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Source:
    """One file: its path below the root, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        """Say whether it is a test."""
        return "/tests/" in self.path or self.path.startswith("tests/")

    @property
    def is_migration(self) -> bool:
        """Say whether it is a migration."""
        return "/migrations/" in self.path

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, FUNCTIONS):
                yield node


@cache
def sources() -> tuple[Source, ...]:
    """Return every Python file of the package, the tests, the tools and the benchmarks."""
    paths = [p for top in ("lingju", "tests", "tools", "bench") for p in sorted((ROOT / top).rglob("*.py"))]
    return tuple(
        Source(str(path.relative_to(ROOT)), text, ast.parse(text))
        for path in paths
        if (text := path.read_text(encoding="utf-8")).strip()
    )


def own_code() -> list[Source]:
    """Return what is neither test nor migration."""
    return [s for s in sources() if not s.is_test and not s.is_migration]


def depth(node: ast.AST) -> int:
    """Return how deep statements are nested below `node`; `elif` does not go deeper."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deeper = isinstance(child, NESTING) and not is_elif
        deepest = max(deepest, depth(child) + deeper)
    return deepest
