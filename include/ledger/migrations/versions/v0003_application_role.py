"""A role of its own for the application: it reads, adds and moves states, and owns nothing.

The tables stay with whoever migrates. Columns the application never rewrites are not granted.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPLICATION = "watchkeeper_app"

ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION}') THEN
        CREATE ROLE {APPLICATION} LOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server was faster
    WHEN insufficient_privilege THEN RAISE insufficient_privilege USING MESSAGE =
        'role {APPLICATION} is missing and may not be made by ' || current_user
        || ': have an administrator run CREATE ROLE {APPLICATION} LOGIN, then migrate again';
END $$;
"""

GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APPLICATION};
GRANT SELECT, INSERT ON plans, signoffs, executions, freezes, journal TO {APPLICATION};
GRANT UPDATE (state, verdict) ON plans TO {APPLICATION};
GRANT UPDATE (state, reason, error_code, worker, attempts, result, live, claimed_at, finished_at, verified_at)
    ON executions TO {APPLICATION};
GRANT UPDATE (lifted_at, lifted_by) ON freezes TO {APPLICATION};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""


def upgrade() -> None:
    op.execute(ROLE)
    op.execute(GRANTS)


def downgrade() -> None:
    raise RuntimeError("the ledger keeps evidence and is never taken down: restore a backup instead")
