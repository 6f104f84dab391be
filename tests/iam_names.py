"""From an API call to the IAM actions AWS asks for: the one place where the two differ.

Source: Service Authorization Reference, "Actions, resources, and condition keys for ..." of each service.
The prefix is mostly the service's signing name: both load balancer APIs are `elasticloadbalancing`.
"""

from typing import Any

from include.simulation.calls import IAM_PREFIXES, S3_ACTIONS

RENAMED = {f"s3:{call}": f"s3:{action}" for call, action in S3_ACTIONS.items()}
"""Calls whose IAM action has another name."""

TAGGING = {
    ("ec2:CreateSnapshot", "TagSpecifications"): {"ec2:CreateTags"},
    ("ec2:CreateVolume", "TagSpecifications"): {"ec2:CreateTags"},
    ("rds:CreateDBSnapshot", "Tags"): {"rds:AddTagsToResource"},
    ("s3:PutObject", "ObjectLockMode"): {"s3:PutObjectRetention"},
}
"""Calls that need more when this parameter is given: creating with tags is also tagging."""

ENCRYPTION = {
    ("ec2:CreateVolume", "KmsKeyId"): {
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    },
    ("ec2:StartInstances", "InstanceIds"): {"kms:CreateGrant"},
}
"""EC2 calls KMS in the caller's name (EBS user guide, "Requirements for Amazon EBS encryption")."""


def iam_actions(service: str, operation: str, params: dict[str, Any]) -> set[str]:
    """The IAM actions behind one API call; `service` is the signing name."""
    name = f"{IAM_PREFIXES.get(service, service)}:{operation}"
    more = [
        extra for (call, given), extra in (TAGGING | ENCRYPTION).items() if call == name and given in params
    ]
    return {RENAMED.get(name, name)}.union(*more)
