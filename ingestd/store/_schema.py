"""Which migration the database stands at, and how it gets to the newest (alembic)."""

from importlib.resources import as_file, files

from sqlalchemy import Connection, inspect, text

NEWEST = "0006"
"""The newest migration; a test holds it against the scripts. Known without loading alembic, which
would cost every command a fifth of a second."""


def revision(connection: Connection) -> str | None:
    """Return the migration the database stands at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def revisions() -> frozenset[str]:
    """Return every migration that this ingestd knows."""
    from alembic.config import Config  # noqa: PLC0415 - see NEWEST
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see NEWEST

    with as_file(files("ingestd.store") / "migrations") as scripts:
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        found = ScriptDirectory.from_config(config).walk_revisions()
        return frozenset(script.revision for script in found)


def upgrade(connection: Connection) -> None:
    """Run all migrations that are missing, in one transaction."""
    from alembic import command  # noqa: PLC0415 - see NEWEST
    from alembic.config import Config  # noqa: PLC0415 - see NEWEST

    with as_file(files("ingestd.store") / "migrations") as scripts:
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    connection.commit()
