"""Which AWS call an HTTP request makes: account, region, IAM action, and the protocol it speaks."""

import io
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs

from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.iam.models import get_account_id_from
from moto.sts.models import sts_backends
from werkzeug.exceptions import NotFound

Protocol = Literal["ec2", "query", "json", "rest-json", "rest-xml"]

IAM_PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag"}
"""Where the name a request is signed for is not the prefix IAM uses."""

S3_ACTIONS = {
    "ListBuckets": "ListAllMyBuckets",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
}
"""S3 operations whose IAM action has another name (Service Authorization Reference, Amazon S3)."""


class Call(NamedTuple):
    """One API call, as IAM would name it: `rds:DescribeDBInstances`."""

    account_id: str
    region: str
    action: str
    protocol: Protocol
    role: str | None = None
    """Name of the assumed role that signed it; None: no role."""


def identify(environ: dict[str, Any]) -> Call | None:
    """The signed API call behind a WSGI request; None when it is not one. The body stays readable."""
    scope = _credential_scope(environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        return None
    access_key, region, service = scope
    protocol, operation = _operation(environ, service)
    prefix = IAM_PREFIXES.get(service, service)
    name = S3_ACTIONS.get(operation, operation) if service == "s3" else operation
    account_id = get_account_id_from(access_key)
    return Call(account_id, region, f"{prefix}:{name}", protocol, _role(account_id, access_key))


def _role(account_id: str, access_key: str) -> str | None:
    for backend in list(sts_backends[account_id].values()):
        if assumed := backend.get_assumed_role_from_access_key(access_key):
            return str(assumed.role_arn).rpartition("/")[2]
    return None


def _credential_scope(authorization: str) -> tuple[str, str, str] | None:
    """Access key, region and service of a SigV4 header: `Credential=key/date/region/service/aws4_request`."""
    _, found, rest = authorization.partition("Credential=")
    parts = rest.split(",")[0].split("/")
    if not found or len(parts) != 5:
        return None
    return parts[0], parts[2], parts[3]


def _operation(environ: dict[str, Any], service: str) -> tuple[Protocol, str]:
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return "json", target.rsplit(".", 1)[-1]
    if action := _form_action(environ):
        return ("ec2" if service == "ec2" else "query"), action
    protocol: Protocol = "rest-xml" if service == "s3" else "rest-json"
    try:
        operation, _ = get_service_router(service).match(Request(environ.copy()))
    except NotFound:
        return protocol, "Unrecognised"
    return protocol, str(operation.name)


def _form_action(environ: dict[str, Any]) -> str | None:
    """`Action` of a form-encoded body, which is put back for the application to read."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return next(iter(parse_qs(body.decode("utf-8", "replace")).get("Action", [])), None)
