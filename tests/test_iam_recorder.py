"""The recorder itself: a small run of its own fails for a call nobody declared, and passes without one."""

import subprocess
import sys

import pytest

from tests.api_calls import Made
from tests.conftest import ROOT
from tests.iam_recorder import Declared, undeclared, unused

RUN = """
import os
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
import boto3
from moto import mock_aws
from include.aws.act.ec2 import stop_instance
from include.aws.collect._calls import items
from include.aws.collect.ebs import ebs_volumes


@mock_aws
def test_product_code_calls():
    ec2 = boto3.client("ec2", region_name="eu-west-1")
    ec2.describe_vpcs()  # the test's own call
{body}
"""
COLLECT = "    assert ebs_volumes(ec2).is_empty()"
STRIPPED = f'    object.__setattr__(ebs_volumes, "permissions", ())\n{COLLECT}'
READ = "    assert stop_instance.read(ec2, 'i-0123456789abcdef0', {}) is None"
HELPER = "    assert list(items(ec2, 'describe_images', 'Images')) == []"
READ_AS_WRITE = (
    f"    stop_instance.READ_PERMISSIONS, stop_instance.PERMISSIONS = (), ('ec2:DescribeInstances',)\n{READ}"
)


def run(tmp_path, body, *arguments):
    (tmp_path / "test_it.py").write_text(RUN.format(body=body))
    command = [sys.executable, "-m", "pytest", "-p", "tests.iam_recorder", "-p", "no:cacheprovider", "-q"]
    return subprocess.run(
        [*command, *arguments, str(tmp_path)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("body", [COLLECT, READ], ids=["a collector", "an action"])
def test_a_run_of_declared_calls_passes(tmp_path, body):
    done = run(tmp_path, body)
    assert done.returncode == 0, done.stdout
    assert "IAM" not in done.stdout


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(
            STRIPPED,
            "collector ebs_volumes calls ec2:DescribeVolumes to read, which it does not declare. "
            "Add it to `permissions` of the collector of ebs_volumes",
            id="a collector",
        ),
        pytest.param(
            READ_AS_WRITE,
            "action ec2.stop_instance calls ec2:DescribeInstances to read, which it does not declare. "
            "Add it to READ_PERMISSIONS or PERMISSIONS in include/aws/act/ec2/stop_instance.py",
            id="an action that needs a write to read",
        ),
    ],
)
def test_a_run_with_an_undeclared_call_fails_and_says_where(tmp_path, body, said):
    done = run(tmp_path, body)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "1 passed" in done.stdout, done.stdout
    assert said in done.stdout
    assert "include/aws/" in done.stdout.partition("differ")[2]
    assert "DescribeVpcs" not in done.stdout, "what a test calls itself is nobody's to declare"


def test_what_workers_call_counts(tmp_path):
    done = run(tmp_path, HELPER, "-n", "1")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "module include.aws.collect._calls calls ec2:DescribeImages" in done.stdout


VOLUMES = Declared(frozenset({"ec2:DescribeVolumes"}), frozenset({"ec2:DescribeVolumes"}), "x.py")
LOOK, STOP_IT = "ec2:DescribeInstances", "ec2:StopInstances"
STOP = Declared(frozenset({LOOK}), frozenset({LOOK, STOP_IT}), "y.py")
DECLARED = {"collector ebs_volumes": VOLUMES, "action ec2.stop_instance": STOP}


def made(by, action, reading=True):
    return Made(by, action, reading, "include/aws/x.py:1", None, None)


@pytest.mark.parametrize(
    ("one", "wrong"),
    [
        (made("action ec2.stop_instance", "ec2:StopInstances", reading=False), 0),
        (made("action ec2.stop_instance", "ec2:StopInstances"), 1),
        (made("collector ebs_volumes", "ec2:DescribeInstances"), 1),
        (made("module include.flows.road", "ec2:DescribeVolumes"), 1),
    ],
    ids=["acting", "acting where it should read", "another's permission", "a module that declares nothing"],
)
def test_each_answers_for_its_own_calls_alone(one, wrong):
    assert len(undeclared({one}, DECLARED)) == wrong


def test_a_declaration_that_nothing_needed_is_named():
    seen = {made("collector ebs_volumes", "ec2:DescribeVolumes"),
            made("action ec2.stop_instance", "ec2:DescribeInstances")}  # fmt: skip
    (said,) = unused(seen, DECLARED)
    assert said.startswith("action ec2.stop_instance declares ec2:StopInstances, and no test makes it call")
