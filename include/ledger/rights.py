"""What stands between the application and its own journal: its role's rights, the table's trigger."""

from sqlalchemy import text

from include.ledger.connection import Ledger

APPLICATION = "watchkeeper_app"
"""The role migrations grant what the application needs, and no more."""

ASKED = text("""
SELECT current_user AS role, r.rolsuper, r.rolcreaterole, r.rolreplication,
       pg_has_role(current_user, c.relowner, 'MEMBER') AS owner,
       has_any_column_privilege(c.oid, 'UPDATE') AS may_update,
       has_table_privilege(c.oid, 'DELETE') AS may_delete,
       has_table_privilege(c.oid, 'TRUNCATE') AS may_truncate,
       has_table_privilege(c.oid, 'TRIGGER') AS may_add_triggers,
       (SELECT count(*) FROM pg_trigger t
        WHERE t.tgrelid = c.oid AND t.tgname = 'journal_only_grows' AND t.tgenabled IN ('O', 'A')) AS guarded
FROM pg_class c, pg_roles r
WHERE c.oid = 'journal'::regclass AND r.rolname = current_user
""")


def problems(ledger: Ledger) -> list[str]:
    """Why this ledger's role could alter the journal, or the table's trigger does not stand; usually none."""
    with ledger.transaction() as session:
        found = session.execute(ASKED).one()
    can = {
        "is a superuser": found.rolsuper,
        "may create roles": found.rolcreaterole and not found.rolsuper,
        "may replicate": found.rolreplication and not found.rolsuper,
        "owns the journal": found.owner and not found.rolsuper,
        "may UPDATE it": found.may_update,
        "may DELETE from it": found.may_delete,
        "may TRUNCATE it": found.may_truncate,
        "may add triggers to it": found.may_add_triggers,
    }
    said = [what for what, is_so in can.items() if is_so]
    wrong = []
    if said:
        wrong.append(
            f"WATCHKEEPER_LEDGER connects as {found.role}, which {', '.join(said)}: let it connect as "
            f"{APPLICATION} (docs/runbooks/verify_journal.md)"
        )
    if not found.guarded:
        wrong.append(
            "the trigger journal_only_grows is off or gone: whoever owns the table has switched it off"
        )
    return wrong
