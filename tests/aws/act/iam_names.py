"""From an API call to the IAM actions AWS asks for: the one place where the two differ.

Source: Service Authorization Reference, "Actions, resources, and condition keys for ..." of each service.
The prefix is the service's signing name: both load balancer APIs are `elasticloadbalancing`.
"""

from typing import Any

RENAMED = {
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
}
"""Calls whose IAM action has another name."""

TAGGING = {
    ("ec2:CreateSnapshot", "TagSpecifications"): {"ec2:CreateTags"},
    ("ec2:CreateVolume", "TagSpecifications"): {"ec2:CreateTags"},
    ("rds:CreateDBSnapshot", "Tags"): {"rds:AddTagsToResource"},
}
"""Calls that need more when this parameter is given: creating with tags is creating and tagging."""

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
    name = f"{service}:{operation}"
    more = [
        extra for (call, given), extra in (TAGGING | ENCRYPTION).items() if call == name and given in params
    ]
    return {RENAMED.get(name, name)}.union(*more)
