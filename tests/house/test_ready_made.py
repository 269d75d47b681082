"""The copy from which the tests' database begins can never be an old one."""

import ast
from fnmatch import fnmatch

from tests import ready_made
from tests.house.source import Source, sources


def imported(source: Source) -> set[str]:
    """Return every module of the house that a file imports, wherever in it."""
    nodes = [*ast.walk(source.tree)]
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_migrations_stand_on_nothing_that_is_not_in_the_key() -> None:
    found = {module for source in sources() if source.is_migration for module in imported(source)}
    ours = {module for module in found if module.startswith("lingju")}
    assert "lingju.kernel.fields" in ours
    paths = [module.replace(".", "/") + ".py" for module in ours]
    assert [path for path in paths if not any(fnmatch(path, ground) for ground in ready_made.GROUND)] == []


def test_the_key_is_the_same_twice() -> None:
    assert ready_made.key() == ready_made.key()
