"""Triggers that refuse any change to a written line of the journal, on both databases."""

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON base_journalentry
        BEGIN SELECT RAISE(ABORT, 'The journal is append-only.'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'The journal is append-only.'; END $$""",
    """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON base_journalentry
       FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON base_journalentry
       FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()""",
]


def create(apps, editor):
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def drop(apps, editor):
    if editor.connection.vendor == "sqlite":
        names = ["journal_no_update", "journal_no_delete"]
        for name in names:
            editor.execute(f"DROP TRIGGER {name}")
    else:
        editor.execute("DROP FUNCTION journal_is_append_only() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("base", "0001_first")]
    operations = [migrations.RunPython(create, drop)]
