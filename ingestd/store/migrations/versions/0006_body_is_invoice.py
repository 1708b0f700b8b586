"""whether a company takes the text of an e-mail for the invoice itself."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("body_is_invoice", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.alter_column("body_is_invoice", server_default=None)
