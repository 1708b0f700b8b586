"""the token that a company may demand in its addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.alter_column("token", server_default=None)
