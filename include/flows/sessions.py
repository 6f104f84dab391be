"""AWS sessions for tasks: Airflow's connection, then the target's role. Apply alone asks for `change`."""

from collections.abc import Callable
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Literal

from include.core.errors import TargetUnreachable
from include.policies.targets import Target, targets

if TYPE_CHECKING:
    import boto3
    from botocore.client import BaseClient

    from include.aws.pace import TokenBucket

Purpose = Literal["read", "change"]


def target_of(account_id: str, region: str) -> Target:
    """The configured target; TargetUnreachable when targets.yaml has none such."""
    for target in targets():
        if (target.account_id, target.region) == (account_id, region):
            return target
    raise TargetUnreachable(
        f"{account_id}/{region} is not in targets.yaml: add it there, or leave it out of Params"
    )


def session(target: Target, purpose: Purpose) -> "boto3.Session":
    """A session in the target's read or change role, from connection `watchkeeper_<purpose>`."""
    role = target.read_role if purpose == "read" else target.change_role
    return in_role(purpose, role, target.region, target.external_id, name=f"watchkeeper-{purpose}")


def in_role(
    purpose: Purpose, role: str, region: str, external_id: str | None, *, name: str
) -> "boto3.Session":
    """A session `name` in a role, reached from connection `watchkeeper_<purpose>`. TargetUnreachable: it may
    not be assumed."""
    from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

    from include.aws.sessions import assume

    hook = AwsBaseHook(aws_conn_id=f"watchkeeper_{purpose}", client_type="sts", region_name=region)
    base = hook.get_session(region_name=region)
    return assume(base, role, region, external_id=external_id, session_name=name)


class Clients:
    """`clients(account_id, region, service)`: boto3 clients by target, each session and client made once.

    `calls_per_second`: what all clients of one account together may do; None: as much as AWS lets them.
    Safe for threads.
    """

    def __init__(self, purpose: Purpose, calls_per_second: Callable[[], float] | None = None) -> None:
        self._session = cache(lambda account_id, region: session(target_of(account_id, region), purpose))
        self._client = cache(self._make)
        self._bucket = cache(lambda account_id: _bucket(calls_per_second()) if calls_per_second else None)
        self._making = RLock()

    def __call__(self, account_id: str, region: str, service: str) -> "BaseClient":
        with self._making:  # boto3 makes clients in one thread at a time (boto3 guide, "Multithreading")
            made: BaseClient = self._client(account_id, region, service)
        return made

    def session(self, account_id: str, region: str) -> "boto3.Session":
        """The session behind the clients of one target."""
        made: boto3.Session = self._session(account_id, region)
        return made

    def elsewhere(self, account_id: str, region: str, service: str, endpoint_region: str) -> "BaseClient":
        """A client in the target's role for a service that answers in another region only."""
        from include.aws.sessions import client

        return client(self.session(account_id, region), service, endpoint_region)

    def _make(self, account_id: str, region: str, service: str) -> "BaseClient":
        from include.aws.pace import paced
        from include.aws.sessions import client

        made = client(self._session(account_id, region), service, region)
        bucket = self._bucket(account_id)
        return paced(made, bucket) if bucket else made


def changing() -> Clients:
    """Clients in the change role, no faster per account than the policy in force says."""
    from include.policies.change import change_policy

    return Clients("change", calls_per_second=lambda: change_policy()[0].waves.api_calls_per_second)


def _bucket(per_second: float) -> "TokenBucket":
    from include.aws.pace import TokenBucket

    return TokenBucket(per_second)
