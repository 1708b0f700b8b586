"""the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clean_content",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signatures", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_clean_content")),
    )
    op.create_table(
        "company",
        sa.Column("vat", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("auto_confirm", sa.Boolean(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("vat", name=op.f("pk_company")),
    )
    op.create_table(
        "mail",
        sa.Column("spool_id", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("mail_from", sa.String(), nullable=False),
        sa.Column("rcpt_to", sa.JSON(), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("helo", sa.String(), nullable=False),
        sa.Column("tls", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("header_from", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("header_date", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("scanned", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("spool_id", "company", name=op.f("pk_mail")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_received_at"), ["received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_sha256"), ["sha256"], unique=False)

    op.create_table(
        "address",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["company"], ["company.vat"], name=op.f("fk_address_company")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_company"), ["company"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("spool_id", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("annexes", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("profile", sa.String(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["spool_id", "company"],
            ["mail.spool_id", "mail.company"],
            name=op.f("fk_document_spool_id_company"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "spool_id", "company", "path", name=op.f("uq_document_spool_id_company_path")
        ),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_company"), ["company"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_outcome"), ["outcome"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_state"), ["state"], unique=False)

    op.create_table(
        "part",
        sa.Column("spool_id", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("declared_type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["spool_id", "company"],
            ["mail.spool_id", "mail.company"],
            name=op.f("fk_part_spool_id_company"),
        ),
        sa.PrimaryKeyConstraint("spool_id", "company", "position", name=op.f("pk_part")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("waived", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_decision_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_document"), ["document"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spool_id", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("weight", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("detail_en", sa.String(), nullable=False),
        sa.Column("detail_fr", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("text_fr", sa.String(), nullable=False),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document"], ["document.id"], name=op.f("fk_finding_document")),
        sa.ForeignKeyConstraint(
            ["spool_id", "company"],
            ["mail.spool_id", "mail.company"],
            name=op.f("fk_finding_spool_id_company"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_document"), ["document"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_reason"), ["reason"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_spool_id"), ["spool_id"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("unique_file", sa.String(), nullable=True),
        sa.Column("invoice_key", sa.String(), nullable=True),
        sa.Column("unique_key", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("type_code", sa.String(), nullable=True),
        sa.Column("issue_date", sa.Date(), nullable=True),
        sa.Column("payment_due_date", sa.Date(), nullable=True),
        sa.Column("currency_code", sa.String(), nullable=True),
        sa.Column("seller_name", sa.String(), nullable=True),
        sa.Column("seller_vat_identifier", sa.String(), nullable=True),
        sa.Column("seller_legal_registration_identifier", sa.String(), nullable=True),
        sa.Column("buyer_name", sa.String(), nullable=True),
        sa.Column("buyer_vat_identifier", sa.String(), nullable=True),
        sa.Column("buyer_legal_registration_identifier", sa.String(), nullable=True),
        sa.Column("buyer_reference", sa.String(), nullable=True),
        sa.Column("purchase_order_reference", sa.String(), nullable=True),
        sa.Column("total_amount_without_vat", sa.String(), nullable=True),
        sa.Column("total_vat_amount", sa.String(), nullable=True),
        sa.Column("total_amount_with_vat", sa.String(), nullable=True),
        sa.Column("amount_due_for_payment", sa.String(), nullable=True),
        sa.Column("payment_account_identifiers", sa.JSON(), nullable=False),
        sa.Column("preceding_invoice_references", sa.JSON(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_invoice_id")),
        sa.ForeignKeyConstraint(
            ["sha256"], ["clean_content.sha256"], name=op.f("fk_invoice_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("company", "unique_file", name="one_file_a_company"),
        sa.UniqueConstraint("company", "unique_key", name="one_invoice_a_company"),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_company"), ["company"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_filed_at"), ["filed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_invoice_key"), ["invoice_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_invoice_seller_vat_identifier"), ["seller_vat_identifier"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_invoice_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_status"), ["status"], unique=False)

    op.create_table(
        "annex",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.id"], name=op.f("fk_annex_invoice")),
        sa.ForeignKeyConstraint(["sha256"], ["clean_content.sha256"], name=op.f("fk_annex_sha256")),
        sa.PrimaryKeyConstraint("invoice", "path", name=op.f("pk_annex")),
    )


def downgrade() -> None:
    op.drop_table("annex")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_status"))
        batch_op.drop_index(batch_op.f("ix_invoice_sha256"))
        batch_op.drop_index(batch_op.f("ix_invoice_seller_vat_identifier"))
        batch_op.drop_index(batch_op.f("ix_invoice_invoice_key"))
        batch_op.drop_index(batch_op.f("ix_invoice_filed_at"))
        batch_op.drop_index(batch_op.f("ix_invoice_company"))

    op.drop_table("invoice")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_spool_id"))
        batch_op.drop_index(batch_op.f("ix_finding_reason"))
        batch_op.drop_index(batch_op.f("ix_finding_document"))

    op.drop_table("finding")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_document"))

    op.drop_table("decision")
    op.drop_table("part")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_state"))
        batch_op.drop_index(batch_op.f("ix_document_outcome"))
        batch_op.drop_index(batch_op.f("ix_document_company"))

    op.drop_table("document")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_company"))

    op.drop_table("address")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_sha256"))
        batch_op.drop_index(batch_op.f("ix_mail_received_at"))

    op.drop_table("mail")
    op.drop_table("company")
    op.drop_table("clean_content")
