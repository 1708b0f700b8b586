"""passwords of archives, for each company."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("archive_passwords", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(
            sa.Column("password_from_body", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.alter_column("archive_passwords", server_default=None)
        batch_op.alter_column("password_from_body", server_default=None)
