"""Each change the product makes works on the simulated resource it is meant for."""

from include.simulation.manifest import DEV_EU, PROD_EU, PROD_US


def test_an_idle_instance_can_be_stopped(scratch, client, ask):
    ec2, instance = client(scratch, PROD_EU, "ec2"), ask(scratch, "ids")["legacy-crm"]
    ec2.stop_instances(InstanceIds=[instance])
    ec2.get_waiter("instance_stopped").wait(InstanceIds=[instance])
    stopped = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    assert stopped["State"]["Name"] == "stopped"
    assert stopped["StateTransitionReason"].startswith("User initiated (")


def test_a_large_instance_can_be_made_smaller(scratch, client, ask):
    ec2, instance = client(scratch, PROD_EU, "ec2"), ask(scratch, "ids")["catalog-api"]
    ec2.stop_instances(InstanceIds=[instance])
    ec2.modify_instance_attribute(InstanceId=instance, InstanceType={"Value": "m6i.large"})
    ec2.start_instances(InstanceIds=[instance])
    ec2.get_waiter("instance_running").wait(InstanceIds=[instance])
    resized = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    assert resized["InstanceType"] == "m6i.large"


def test_a_gp2_volume_can_become_gp3(scratch, client, ask):
    ec2, volume = client(scratch, PROD_EU, "ec2"), ask(scratch, "ids")["orders-data"]
    ec2.modify_volume(VolumeId=volume, VolumeType="gp3", Iops=3000, Throughput=250)
    modified = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]
    assert (modified["VolumeType"], modified["Iops"], modified["Throughput"]) == ("gp3", 3000, 250)


def test_a_left_over_volume_can_be_saved_and_deleted(scratch, client, ask):
    ec2, volume = client(scratch, DEV_EU, "ec2"), ask(scratch, "ids")["mysql-test-data"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[snapshot])
    ec2.delete_volume(VolumeId=volume)
    left = ec2.describe_volumes(Filters=[{"Name": "volume-id", "Values": [volume]}])["Volumes"]
    assert left == []
    restored = ec2.create_volume(SnapshotId=snapshot, AvailabilityZone="eu-west-1a", VolumeType="gp3")
    assert restored["Size"] == 120


def test_an_old_snapshot_can_be_deleted(scratch, client, ask):
    ec2, snapshot = client(scratch, PROD_EU, "ec2"), ask(scratch, "ids")["orders-2024-q1"]
    ec2.delete_snapshot(SnapshotId=snapshot)
    named = [{"Name": "snapshot-id", "Values": [snapshot]}]
    assert ec2.describe_snapshots(Filters=named)["Snapshots"] == []


def test_an_idle_address_can_be_released(scratch, client, ask):
    ec2, address = client(scratch, PROD_EU, "ec2"), ask(scratch, "ids")["old-partner-ip"]
    ec2.release_address(AllocationId=address)
    assert address not in {a["AllocationId"] for a in ec2.describe_addresses()["Addresses"]}


def test_an_idle_nat_gateway_can_be_deleted(scratch, client, ask):
    ec2, gateway = client(scratch, PROD_US, "ec2"), ask(scratch, "ids")["old-vpn-nat"]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    left = ec2.describe_nat_gateways(Filters=[{"Name": "nat-gateway-id", "Values": [gateway]}])["NatGateways"]
    assert {one["State"] for one in left} <= {"deleted"}


def test_load_balancers_can_be_deleted(scratch, client, ask):
    modern, classic = client(scratch, PROD_EU, "elbv2"), client(scratch, PROD_US, "elb")
    modern.delete_load_balancer(LoadBalancerArn=ask(scratch, "ids")["campaign-2023"])
    classic.delete_load_balancer(LoadBalancerName="legacy-clb")
    assert "campaign-2023" not in {
        b["LoadBalancerName"] for b in modern.describe_load_balancers()["LoadBalancers"]
    }
    assert classic.describe_load_balancers()["LoadBalancerDescriptions"] == []


def test_an_idle_database_can_be_saved_and_stopped(scratch, client):
    rds = client(scratch, PROD_EU, "rds")
    rds.create_db_snapshot(DBSnapshotIdentifier="before-stop", DBInstanceIdentifier="crm-archive")
    rds.get_waiter("db_snapshot_available").wait(DBSnapshotIdentifier="before-stop")
    rds.stop_db_instance(DBInstanceIdentifier="crm-archive")
    assert _status(rds, "crm-archive") == "stopped"
    rds.start_db_instance(DBInstanceIdentifier="crm-archive")
    assert _status(rds, "crm-archive") == "available"


def _status(rds, name: str) -> str:
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceStatus"]


def test_a_large_database_can_be_made_smaller(scratch, client):
    rds = client(scratch, PROD_EU, "rds")
    rds.modify_db_instance(
        DBInstanceIdentifier="shop-catalog", DBInstanceClass="db.m5.large", ApplyImmediately=True
    )
    changed = rds.describe_db_instances(DBInstanceIdentifier="shop-catalog")["DBInstances"][0]
    assert changed["DBInstanceClass"] == "db.m5.large"


def test_an_unused_table_can_be_paid_on_demand(scratch, client):
    dynamodb = client(scratch, PROD_US, "dynamodb")
    dynamodb.update_table(TableName="recommendations-poc", BillingMode="PAY_PER_REQUEST")
    table = dynamodb.describe_table(TableName="recommendations-poc")["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_a_bucket_can_be_taught_to_abort_uploads(scratch, client):
    s3 = client(scratch, PROD_EU, "s3")
    rules = s3.get_bucket_lifecycle_configuration(Bucket="watchshop-uploads")["Rules"]
    abort = {
        "ID": "abort",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    s3.put_bucket_lifecycle_configuration(
        Bucket="watchshop-uploads", LifecycleConfiguration={"Rules": [*rules, abort]}
    )
    now = s3.get_bucket_lifecycle_configuration(Bucket="watchshop-uploads")["Rules"]
    assert {rule["ID"] for rule in now} == {"archive", "abort"}


def test_a_log_group_can_be_given_an_end(scratch, client):
    logs = client(scratch, PROD_EU, "logs")
    logs.put_retention_policy(logGroupName="/shop/payments", retentionInDays=365)
    found = logs.describe_log_groups(logGroupNamePrefix="/shop/payments")["logGroups"][0]
    assert found["retentionInDays"] == 365
