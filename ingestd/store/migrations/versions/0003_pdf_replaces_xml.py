"""whether a company takes the PDF for an invoice whose XML is invalid."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("pdf_replaces_xml", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.alter_column("pdf_replaces_xml", server_default=None)
