"""Executions name their resource, so that limits and cool-downs ask the ledger, not every plan's content."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PLACE = ("account_id", "region", "resource_type", "resource_id")

FROM_CONTENT = """
UPDATE executions AS e
SET account_id = c ->> 'account_id', region = c ->> 'region',
    resource_type = c ->> 'resource_type', resource_id = c ->> 'resource_id'
FROM plans AS p, LATERAL jsonb_array_elements(p.content::jsonb -> 'changes') AS c
WHERE p.digest = e.digest AND c ->> 'change_id' = e.change_id
"""


def upgrade() -> None:
    for name in PLACE:
        op.add_column("executions", sa.Column(name, sa.Text()))
    op.execute(FROM_CONTENT)
    for name in PLACE:
        op.alter_column("executions", name, nullable=False)
    op.create_index("ix_executions_resource", "executions", [*PLACE, "claimed_at"])
    op.create_index("ix_executions_claimed_at", "executions", ["claimed_at"])


def downgrade() -> None:
    raise RuntimeError("the ledger keeps evidence and is never taken down: restore a backup instead")
