"""The table that a search in Chinese asks: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

Django knows no model for either. The row's number is the need's; there is no foreign key, because what a
search finds is looked up among the needs again.
"""

from django.db import migrations

# Tokens come ready from `text.tokens`: `ascii` parts them at spaces and leaves every Han character in one piece,
# also those that SQLite's own tables of Unicode do not know yet. Single tokens are asked for, never phrases.
MAKE = {
    "sqlite": ["CREATE VIRTUAL TABLE needs_search USING fts5(grams, tokenize='ascii', detail='none')"],
    "postgresql": [
        "CREATE TABLE needs_search (need_id bigint PRIMARY KEY, grams tsvector NOT NULL)",
        "CREATE INDEX needs_search_by_gram ON needs_search USING gin (grams)",
        # With the usual hundred it takes a word that nobody said for one that many did, and reads every row.
        "ALTER TABLE needs_search ALTER COLUMN grams SET STATISTICS 1000",
    ],
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE needs_search")


class Migration(migrations.Migration):
    dependencies = [("needs", "0001_the_loop")]

    operations = [migrations.RunPython(make, drop, elidable=False)]
