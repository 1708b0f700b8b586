"""the trace fields of a mail, which are not in its octets."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trace", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.alter_column("trace", server_default=None)
