"""boto3 sessions in a target's role, and clients that retry, time out and say who they are."""

from functools import cache
from typing import Any, cast

import boto3
import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.loaders import Loader, create_loader

from include.aws.errors import DENIED, code
from include.aws.text import replace_unkept
from include.core.errors import TargetUnreachable

PERMISSIONS = ("sts:AssumeRole",)
"""What the connections need; the roles behind them need their own."""

CONFIG = Config(
    retries={"mode": "adaptive", "total_max_attempts": 10},
    connect_timeout=10,
    read_timeout=60,
    user_agent_extra="watchkeeper/0.1",
)
"""Adaptive mode slows the client down when AWS throttles it (boto3 guide, "Retries"). Timeouts in seconds."""


def client(session: boto3.Session, service: str, region: str) -> BaseClient:
    """A client of `service` in `region`, retrying as CONFIG says. boto3 itself honours AWS_ENDPOINT_URL."""
    make = cast(Any, session).client
    return cast(BaseClient, replace_unkept(make(service, region_name=region, config=CONFIG)))


@cache
def _models() -> Loader:
    """The services' models, read once for all sessions of this process: reading them is most of what making a
    client costs."""
    return create_loader()


def assume(
    base: boto3.Session,
    role_arn: str,
    region: str,
    *,
    external_id: str | None = None,
    session_name: str,
) -> boto3.Session:
    """A session in `role_arn`, which renews its credentials before they expire (one hour).

    The role is assumed now, and again whenever needed. TargetUnreachable: the role may not be assumed, or the
    base credentials are missing or refused; then or at any later call.
    """
    sts: Any = client(base, "sts", region)
    asked = {"RoleArn": role_arn, "RoleSessionName": session_name}
    if external_id is not None:
        asked["ExternalId"] = external_id

    def renew() -> dict[str, str]:
        try:
            given = sts.assume_role(**asked)["Credentials"]
        except NoCredentialsError as error:
            raise TargetUnreachable(f"{role_arn}: no AWS credentials to assume it with: {error}") from error
        except ClientError as error:
            if code(error) not in DENIED:
                raise
            raise TargetUnreachable(
                f"{role_arn} cannot be assumed ({code(error)}): check the role's trust policy, its external "
                "id and the connection's credentials; see docs/connect-aws.md"
            ) from error
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    core = botocore.session.get_session()
    core.register_component("data_loader", _models())
    credentials = RefreshableCredentials.create_from_metadata(
        metadata=renew(), refresh_using=renew, method="sts-assume-role"
    )
    # botocore offers no public setter for credentials that renew themselves.
    cast(Any, core)._credentials = credentials
    core.set_config_variable("region", region)
    return boto3.Session(botocore_session=core)
