"""Errors a person can act on: each names the thing, what was expected and what to do."""


class WatchkeeperError(Exception):
    """Base of every error this product raises on purpose."""


class PolicyError(WatchkeeperError):
    """A policy file is missing or does not say what it must: planning stops."""


class PlanChanged(WatchkeeperError):
    """The stored plan is not the one its digest names: it is refused."""


class LedgerUnavailable(WatchkeeperError):
    """The ledger cannot be read or written: nothing is applied."""


class SignOffRefused(WatchkeeperError):
    """The answer does not count as a sign-off (wrong person, no comment, expired, wrong digest)."""


class Blocked(WatchkeeperError):
    """An outcome alarm is not OK: nothing is applied now, and the plan may be applied once it is."""


class NotSignedOff(WatchkeeperError):
    """Apply was asked for a plan that nobody entitled has signed off."""


class DatasetRefused(WatchkeeperError):
    """A dataset failed a critical expectation and was kept out of the lake."""


class SchemaMismatch(WatchkeeperError):
    """A frame does not have its dataset's columns: it is not written."""


class TargetUnreachable(WatchkeeperError):
    """A target's role could not be assumed or its credentials were refused."""


class ActionRefused(WatchkeeperError):
    """The resource's state rules the action out, and the action will not force it."""


class HeadsUnreachable(WatchkeeperError):
    """The journal's head could not be published, or published heads could not be read: nothing is skipped."""


class JournalBroken(WatchkeeperError):
    """The journal does not prove itself, or somebody other than its migrations may alter it."""
