"""The database: what it holds true itself, and how it gets to the newest version."""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from ingestd.config import Settings, Storage
from ingestd.model import Unavailable
from ingestd.store import Store, StoreError, _engine, _schema, open_store
from ingestd.store.tables import CleanContent, CompanyRow, InvoiceRow, SQLModel
from tests._judgements import NOW, VAT, make_store


def test_a_fresh_database_is_at_the_newest_migration(tmp_path: Path) -> None:
    assert make_store(tmp_path).revision() == _schema.NEWEST
    assert max(_schema.revisions()) == _schema.NEWEST


def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    engine = _engine.connect(make_store(tmp_path).settings.database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    store.migrate()
    assert make_store(tmp_path).revision() == _schema.NEWEST


def test_a_database_of_a_newer_ingestd_is_refused(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    with store.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"9999.*newer ingestd"):
        make_store(tmp_path)


def test_durability_is_asked_of_sqlite(tmp_path: Path) -> None:
    with make_store(tmp_path).reading() as session:
        ask = session.connection().exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA synchronous").scalar() == 2  # FULL
        assert ask("PRAGMA foreign_keys").scalar() == 1


def test_a_locked_database_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_engine, "BUSY_TIMEOUT_MS", 50)
    store = make_store(tmp_path)
    other = sqlite3.connect(tmp_path / "var" / "ingestd.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"), store.writing() as session:
        session.add(CleanContent(sha256="0" * 64, scanned_at=NOW))
    other.execute("ROLLBACK")
    other.close()


def test_a_reader_is_not_kept_waiting_by_a_writer(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    with store.writing(), store.reading() as session:
        assert session.get(CompanyRow, VAT) is None


def test_a_database_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "ingestd.sqlite3").mkdir()
    with pytest.raises(Unavailable, match="database"):
        make_store(tmp_path)


def test_a_damaged_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "ingestd.sqlite3").write_bytes(b"something else entirely" * 1000)
    with pytest.raises(Unavailable, match="damaged"):
        make_store(tmp_path)


def test_several_processes_may_begin_at_once(tmp_path: Path) -> None:
    begin = (
        "import sys; from pathlib import Path; from tests._judgements import make_store; "
        "print(make_store(Path(sys.argv[1])).revision())"
    )
    command = [sys.executable, "-c", begin, str(tmp_path)]
    root = Path(__file__).parents[2]
    started = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) for _ in range(4)]
    said = [one.communicate(timeout=60)[0].decode().strip() for one in started]
    assert said == [_schema.NEWEST] * 4


def test_a_storage_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"storage\.path"):
        open_store(Settings(storage=Storage(path=tmp_path / "file" / "var")))


def test_bytes_that_were_not_found_clean_cannot_be_filed(tmp_path: Path) -> None:
    row = InvoiceRow(
        id="A", company=VAT, sha256="0" * 64, status="to_confirm", received_at=NOW, filed_at=NOW
    )
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), make_store(tmp_path).writing() as one:
        one.add(row)


def _fail_in_the_middle(store: Store) -> None:
    with store.writing() as session:
        session.add(CleanContent(sha256="0" * 64, scanned_at=NOW))
        session.flush()
        _ = 1 / 0


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    with pytest.raises(ZeroDivisionError):
        _fail_in_the_middle(store)
    with store.reading() as session:
        assert session.get(CleanContent, "0" * 64) is None


def test_money_times_and_strangers_words_come_back(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    berlin = datetime.fromisoformat("2026-10-05T09:31:00+02:00")
    with store.writing() as session:
        session.add(
            CompanyRow(
                vat=VAT,
                name="a\0b\udc80é",
                country="FR",
                numbers=["\ud83d\ude00\0"],
                created_at=berlin,
            )
        )
    with store.reading() as session:
        row = session.get_one(CompanyRow, VAT)
    assert row.name == "a\ufffdb\ufffdé"
    assert row.numbers == ["\U0001f600\ufffd"]
    assert row.created_at == NOW
    assert row.created_at.tzinfo is UTC


def test_a_time_without_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="without zone"), make_store(tmp_path).writing() as one:
        one.add(CleanContent(sha256="0" * 64, scanned_at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize("amount", ["120.00", "-0.10", "1E+3", "123456789012345678.123456"])
def test_money_is_exact(amount: str) -> None:
    from ingestd.store._columns import Money

    column = Money()
    kept = column.process_bind_param(Decimal(amount), None)  # type: ignore[arg-type]
    assert "E" not in str(kept)
    assert column.process_result_value(kept, None) == Decimal(amount)  # type: ignore[arg-type]


def test_a_forked_child_does_not_close_its_parents_connections(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    with store.writing() as session:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        session.add(CleanContent(sha256="0" * 64, scanned_at=NOW))
    with store.reading() as session:
        assert session.get(CleanContent, "0" * 64)


def test_a_company_of_the_first_tables_has_no_passwords_afterwards(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    with store.writing() as session:
        ask = session.connection().exec_driver_sql
        ask("ALTER TABLE company DROP COLUMN archive_passwords")
        ask("ALTER TABLE company DROP COLUMN password_from_body")
        ask("ALTER TABLE company DROP COLUMN pdf_replaces_xml")
        ask("ALTER TABLE company DROP COLUMN body_is_invoice")
        ask("ALTER TABLE company DROP COLUMN token")
        ask("ALTER TABLE mail DROP COLUMN trace")
        ask("UPDATE alembic_version SET version_num = '0001'")
        ask(
            "INSERT INTO company (vat, name, country, numbers, auto_confirm, weights, created_at)"
            f" VALUES ('{VAT}', '', 'FR', '[]', 0, '{{}}', '2026-01-01 00:00:00')"
        )
    store.close()
    with make_store(tmp_path).reading() as session:
        kept = session.get_one(CompanyRow, VAT)
    assert (kept.archive_passwords, kept.password_from_body) == ([], False)
    assert (kept.pdf_replaces_xml, kept.body_is_invoice, kept.token) == (False, False, "")


def test_a_secret_is_in_no_message(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    row = {"vat": VAT, "country": "FR", "archive_passwords": ["hush"], "created_at": NOW}
    assert "hush" not in repr(CompanyRow(**row))

    def add() -> None:
        with store.writing() as session:
            session.add(CompanyRow(**row))

    add()
    with pytest.raises(IntegrityError) as failed:
        add()
    assert "hush" not in str(failed.value)
