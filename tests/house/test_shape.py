"""Files are chapters and functions are paragraphs."""

import ast

import pytest

from tests.house.source import Source, depth, own_code, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
DEEPEST_NESTING = 2


def is_kernel(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether it is compiled: cutting up an inner loop would cost calls in the hot path."""
    names = [ast.unparse(decorator).split("(")[0] for decorator in function.decorator_list]
    return any(name in ("kernel", "part", "numba.njit", "njit") for name in names)


@pytest.mark.parametrize("source", [s for s in sources() if not s.is_migration], ids=lambda s: s.path)
def test_every_file_says_what_it_is_and_is_short_enough_to_read(source: Source) -> None:
    assert ast.get_docstring(source.tree), f"{source.path} has no docstring"
    lines = source.text.count("\n")
    assert lines <= LONGEST_FILE, f"{source.path} has {lines} lines"


def test_functions_are_short_and_flat() -> None:
    faults = []
    for source in own_code():
        for function in source.functions():
            if is_kernel(function):
                continue
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > LONGEST_FUNCTION:
                faults.append(f"{source.path}:{function.name} has {lines} lines")
            if depth(function) > DEEPEST_NESTING:
                faults.append(f"{source.path}:{function.name} is nested {depth(function)} deep")
    assert not faults, "\n".join(faults)


def test_only_the_wiring_imports_late() -> None:
    late = [
        f"{source.path}:{node.lineno}"
        for source in own_code()
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and source.path != "lingju/site/apps.py"
    ]
    assert not late, "imports inside functions: " + ", ".join(late)
