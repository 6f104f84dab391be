"""PostgreSQL: plans, sign-offs, executions, freezes, and the hash-chained journal.

`Ledger` is the way in, `views` the read side for pages and reports; what writes goes through
`include.change`.
"""

from include.ledger.connection import Ledger

__all__ = ["Ledger"]
