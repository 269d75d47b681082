"""Who hears which fact: every reaction in the house is one line here.

`docs/wiring.md` is generated from this file's effect; a test fails when it is stale.
"""


def connect() -> None:
    """Connect facts to reactions; called once at start."""
