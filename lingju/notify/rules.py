"""Who may touch a notice: its reader, and nobody else."""

from lingju.kernel.rules import Rule

its_reader = Rule(
    "its_reader",
    lambda actor, notice: actor.is_signed_in and (notice is None or notice.account_id == actor.account_id),
)
