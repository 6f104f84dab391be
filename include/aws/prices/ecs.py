"""Fargate on demand, by what a task reserves; on Windows each vCPU has a licence too. Spot is not listed."""

from include.aws.prices._query import Query, by_usage

SKUS = {
    "Fargate-vCPU-Hours:perCPU": "fargate:linux:x86:vcpu-hour",
    "Fargate-GB-Hours": "fargate:linux:x86:gib-hour",
    "Fargate-ARM-vCPU-Hours:perCPU": "fargate:linux:arm:vcpu-hour",
    "Fargate-ARM-GB-Hours": "fargate:linux:arm:gib-hour",
    "Fargate-Windows-vCPU-Hours:perCPU": "fargate:windows:x86:vcpu-hour",
    "Fargate-Windows-OS-Hours:perCPU": "fargate:windows:licence:vcpu-hour",
    "Fargate-Windows-GB-Hours": "fargate:windows:x86:gib-hour",
    "Fargate-EphemeralStorage-GB-Hours": "fargate:ephemeral:gib-hour",
}

QUERIES = (Query("AmazonECS", {"productFamily": "Compute"}, by_usage(SKUS), "hour"),)
