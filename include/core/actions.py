"""What every action module under `include/aws/act/<service>/<name>.py` offers; the executor knows no more.

The module's id is its path (`ec2.stop_instance`). `read` is the heart: the executor compares what it returns
with the change's `before` (precondition: equal, else stale) and with `after` (done, also after a crash).
Between the two an action of several steps may be `halfway`: then `act` is called again, and finishes.
"""

from typing import Any, Protocol

from include.core.changes import Effort, Risk, State, Step


class Action(Protocol):
    """One idempotent change to one resource."""

    SERVICE: str
    """boto3 client name, such as `ec2`; where `service(params)` may differ, the usual one."""
    READ_PERMISSIONS: tuple[str, ...]
    """IAM actions `read` needs."""
    PERMISSIONS: tuple[str, ...]
    """IAM actions `act` needs beyond `read`'s."""
    RISK: Risk
    EFFORT: Effort
    RESTART_NEEDED: bool
    DESTRUCTIVE: bool
    IRREVERSIBLE_BECAUSE: str | None
    """Why `inverse` returns None, be it for some params only; None where it always returns a way back."""

    def service(self, params: State) -> str:
        """The boto3 client to pass to `read` and `act` for these params (classic load balancers: `elb`)."""

    def read(self, client: Any, resource_id: str, params: State) -> State | None:
        """Live state, only the fields this action depends on or changes; None when the resource is gone."""

    def after(self, before: State, params: State) -> State | None:
        """What `read` returns once the action is done; None when it removes the resource.

        ActionRefused: `before` rules the action out (deletion protection, an attached volume). A planner
        leaves the change out with that reason; `act` refuses the same.
        """

    def halfway(self, live: State, before: State, params: State) -> bool:
        """Whether `live` is a state this action itself passes through, neither `before` nor `after` yet.

        Only for a change whose intent was already written: the worker died or a wait ran out, and `act`,
        called again, goes on from here. Without that intent somebody else did it: the change is stale.
        `{}` stands for a resource that is gone, which is never halfway.
        """

    def act(self, client: Any, resource_id: str, params: State, *, before: State, token: str) -> State:
        """Do it, waiting until AWS reports it done. Idempotent: `token` (the change's execution id) names
        what this change created, so that a second call finds it instead of creating another. Returns what
        the inverse will need, such as `{"snapshot_id": ...}`; called when all is done already it changes
        nothing and returns the same, so a result lost in a crash is found again. AWS errors propagate."""

    def inverse(self, resource_id: str, before: State, params: State, result: State) -> Step | None:
        """The step that brings `before` back, or None. Called with `result={}` when planning."""
