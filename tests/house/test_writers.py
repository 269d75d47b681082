"""Only verbs, flows and jobs write; pages, queries and rules read."""

import ast

from tests.house.source import Source, own_code

WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
MODULES = ("places", "people", "trail", "notify", "needs", "insight")
# A channel delivers; the one into the house delivers by writing a notice.
WRITERS = ("services", "flow", "jobs", "models", "channels")


def may_write(source: Source) -> bool:
    parts = source.path.removesuffix(".py").split("/")
    return parts[1] not in MODULES or any(part in WRITERS for part in parts[2:])


def looks_like_a_row(call: ast.Call) -> bool:
    """Say whether a `.save()` or `.update()` is called on a row or a queryset rather than on a dict."""
    target = call.func
    if not isinstance(target, ast.Attribute):
        return False
    if target.attr in WRITES:
        return True
    return target.attr == "update" and "objects" in ast.unparse(target.value)


def test_only_services_flows_and_jobs_write() -> None:
    faults = [
        f"{source.path}:{node.lineno} {ast.unparse(node.func)}"
        for source in own_code()
        if not may_write(source)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and looks_like_a_row(node)
    ]
    assert not faults, "\n".join(faults)
