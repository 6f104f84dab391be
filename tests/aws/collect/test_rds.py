import pytest

from include.aws.collect.rds import _snapshot, rds_instances, stop_blocked_because
from tests.aws.collect.estate import databases

PLAIN = {"Engine": "postgres", "DBInstanceStatus": "available"}


@pytest.mark.parametrize(
    ("overrides", "because"),
    [
        pytest.param({}, None, id="plain"),
        pytest.param({"MultiAZ": True}, None, id="Multi-AZ alone is fine"),
        pytest.param({"Engine": "sqlserver-se"}, None, id="SQL Server alone is fine"),
        pytest.param({"Engine": "sqlserver-se", "MultiAZ": True}, "SQL Server in Multi-AZ", id="both"),
        pytest.param({"DBClusterIdentifier": "shop"}, "member of cluster shop", id="Aurora"),
        pytest.param({"ReadReplicaSourceDBInstanceIdentifier": "main"}, "read replica of main", id="replica"),
        pytest.param({"ReadReplicaDBInstanceIdentifiers": ["b"]}, "has read replicas: b", id="has replicas"),
        pytest.param({"ReadReplicaDBClusterIdentifiers": ["c"]}, "has read replicas: c", id="Aurora replica"),
        pytest.param({"Engine": "custom-oracle-ee"}, "RDS Custom", id="custom"),
        pytest.param({"DBInstanceStatus": "stopped"}, "it is stopped", id="stopped already"),
        pytest.param({"DBInstanceStatus": "backing-up"}, "it is backing-up", id="busy"),
    ],
)
def test_what_aws_would_refuse_to_stop_says_why(overrides, because):
    reason = stop_blocked_because(PLAIN | overrides)
    assert (reason is None) == (because is None)
    assert because is None or because in reason


def test_an_instance_tells_what_its_price_depends_on(aws):
    databases(aws, 1)
    row = rds_instances(aws("rds")).row(0, named=True)
    assert {key: row[key] for key in ("instance_class", "engine", "multi_az", "storage_type", "state")} == {
        "instance_class": "db.m5.large",
        "engine": "postgres",
        "multi_az": False,
        "storage_type": "gp2",
        "state": "available",
    }
    assert (row["replica_of"], row["replica_ids"], row["cluster_id"]) == (None, [], None)
    assert row["arn"].endswith(":db:db-0")


def test_a_snapshot_of_aws_backup_is_managed_by_it(aws):
    taken = {"DBSnapshotIdentifier": "awsbackup:job-1", "SnapshotType": "awsbackup"}
    assert _snapshot(aws("rds"), taken)["managed_by"] == "aws_backup"
    assert _snapshot(aws("rds"), taken | {"SnapshotType": "manual"})["managed_by"] is None
