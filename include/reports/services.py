"""What a dataset's resources are called on a bill: a short name for people, FOCUS ServiceName for files."""

from typing import NamedTuple


class Service(NamedTuple):
    short: str
    focus: str
    """FOCUS 1.0 `ServiceName`: the provider's display name of the offering."""


_EC2 = "Amazon Elastic Compute Cloud"
_BY_PREFIX = {  # a dataset belongs to the first prefix that fits
    "ec2_": Service("EC2", _EC2),
    "amis": Service("EC2", _EC2),
    "launch_": Service("EC2", _EC2),
    "autoscaling_": Service("Auto Scaling", "Amazon EC2 Auto Scaling"),
    "ebs_": Service("EBS", _EC2),
    "elastic_ips": Service("Elastic IP", "Amazon Virtual Private Cloud"),
    "nat_": Service("NAT gateway", _EC2),
    "vpc_": Service("VPC", "Amazon Virtual Private Cloud"),
    "load_balancers": Service("Load balancing", "Elastic Load Balancing"),
    "rds_": Service("RDS", "Amazon Relational Database Service"),
    "dynamodb_": Service("DynamoDB", "Amazon DynamoDB"),
    "lambda_": Service("Lambda", "AWS Lambda"),
    "s3_": Service("S3", "Amazon Simple Storage Service"),
    "log_groups": Service("CloudWatch Logs", "AmazonCloudWatch"),
}


def service(resource_type: str) -> Service:
    """The service of one dataset; one that is not listed goes by its own name, never under another's."""
    for prefix, found in _BY_PREFIX.items():
        if resource_type.startswith(prefix):
            return found
    name = resource_type.replace("_", " ")
    return Service(name, name)
