"""API calls and seconds to read one target, by `make bench`. Prints one line of JSON.

Against moto in this process, so the seconds are moto's and ours, without a network. The calls are what AWS
would see, except that moto sends some lists in one page that AWS would cut at 500.
"""

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

EACH = 60
"""Resources of every dataset; some come with others (a volume with its instance)."""


def measure(each: int = EACH) -> dict[str, object]:
    """Seed `each` resources of every dataset, read the target once, and count."""
    import boto3
    from moto import mock_aws

    from include.aws.collect.run import collect_target
    from tests.aws.collect.estate import seed

    os.environ.update(
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_EC2_METADATA_DISABLED="true",
        MOTO_EC2_LOAD_DEFAULT_AMIS="false",
    )
    os.environ.pop("AWS_ENDPOINT_URL", None)
    with mock_aws():
        session = boto3.Session(region_name="eu-west-1")
        seed(session.client, each)
        started = time.perf_counter()
        collected = collect_target(session, "123456789012", "eu-west-1")
        seconds = time.perf_counter() - started
    resources = sum(frame.height for frame in collected.frames.values())
    calls = sum(collected.api_calls.values())
    return {
        "benchmark": "collection",
        "resources": resources,
        "datasets": len(collected.frames),
        "gaps": collected.gaps.height,
        "api_calls": calls,
        "api_calls_per_1000_resources": round(1000 * calls / resources, 1),
        "seconds": round(seconds, 2),
        "by_operation": collected.api_calls,
    }


def main() -> None:
    """Print one line of JSON."""
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()
