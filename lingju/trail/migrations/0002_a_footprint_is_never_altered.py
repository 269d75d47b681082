"""Let the database itself refuse to alter a footprint.

Removal is not refused here, because footprints are disposed of when their time is over; a removal out of
turn is seen by the seals. A later migration that rebuilds the table on SQLite must run this again.
"""

from django.db import migrations

SQLITE = """
CREATE TRIGGER footprint_is_never_altered BEFORE UPDATE ON trail_footprint
BEGIN SELECT RAISE(ABORT, 'a footprint is never altered'); END
"""
POSTGRESQL = """
CREATE FUNCTION refuse_to_alter_a_footprint() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a footprint is never altered' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER footprint_is_never_altered BEFORE UPDATE ON trail_footprint
FOR EACH ROW EXECUTE FUNCTION refuse_to_alter_a_footprint()
"""


def guard(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def unguard(apps, schema_editor):
    on = " ON trail_footprint" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER footprint_is_never_altered{on}")
    if on:
        schema_editor.execute("DROP FUNCTION refuse_to_alter_a_footprint()")


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_footprints_are_sealed_in_batches")]

    operations = [migrations.RunPython(guard, unguard)]
