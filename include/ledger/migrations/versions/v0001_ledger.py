"""Plans, sign-offs, executions, freezes, and a journal that only grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
MONEY = sa.Numeric(16, 4)

ONLY_GROWS = """
CREATE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_only_grows();
"""

PLAN_IS_IMMUTABLE = """
CREATE FUNCTION plan_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'plan % is immutable: plan anew instead', left(OLD.digest, 12)
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER plan_is_immutable BEFORE UPDATE ON plans
    FOR EACH ROW WHEN (
        (OLD.digest, OLD.content, OLD.level, OLD.requester, OLD.parent_digest)
        IS DISTINCT FROM (NEW.digest, NEW.content, NEW.level, NEW.requester, NEW.parent_digest)
    ) EXECUTE FUNCTION plan_is_immutable();
"""


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("digest", sa.Text(), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text()),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("parent_digest", sa.Text(), sa.ForeignKey("plans.digest"), index=True),
        sa.Column("created_at", TIME, nullable=False, index=True),
        sa.Column("state", sa.Text(), nullable=False, index=True),
        sa.Column("change_count", sa.Integer(), nullable=False),
        sa.Column("saving_usd_month", MONEY, nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("verdict", JSONB()),
    )
    op.create_table(
        "signoffs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("digest", sa.Text(), sa.ForeignKey("plans.digest"), nullable=False),
        sa.Column("result_digest", sa.Text(), sa.ForeignKey("plans.digest"), index=True),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text()),
        sa.Column("user_id", sa.Text()),
        sa.Column("user_name", sa.Text()),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("left_out", JSONB(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("expires_at", TIME),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.UniqueConstraint("digest", "approver", "option"),
    )
    op.create_table(
        "executions",
        sa.Column("digest", sa.Text(), sa.ForeignKey("plans.digest"), primary_key=True),
        sa.Column("change_id", sa.Text(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("undoes", sa.Text()),
        sa.Column("saving_usd_month", MONEY),
        sa.Column("worker", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", JSONB()),
        sa.Column("live", JSONB()),
        sa.Column("claimed_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("verified_at", TIME),
    )
    op.create_index("ix_executions_state", "executions", ["state"])
    op.create_table(
        "freezes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("lifted_at", TIME),
        sa.Column("lifted_by", sa.Text()),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("hash", sa.Text(), nullable=False),
    )
    op.create_index("ix_journal_subject", "journal", ["subject", "seq"])
    op.execute(ONLY_GROWS)
    op.execute(PLAN_IS_IMMUTABLE)


def downgrade() -> None:
    raise RuntimeError("the ledger keeps evidence and is never taken down: restore a backup instead")
