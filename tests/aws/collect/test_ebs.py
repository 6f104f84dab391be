from include.aws.collect.ebs import ebs_snapshots, ebs_volumes


def test_a_volume_tells_type_size_and_what_it_is_attached_to(aws):
    ec2 = aws("ec2")
    ec2.create_volume(Size=80, AvailabilityZone="eu-west-1a", VolumeType="gp3", Iops=4000, Throughput=200)
    row = ebs_volumes(ec2).row(0, named=True)
    assert {key: row[key] for key in ("state", "volume_type", "size_gib", "iops", "throughput_mibps")} == {
        "state": "available",
        "volume_type": "gp3",
        "size_gib": 80,
        "iops": 4000,
        "throughput_mibps": 200,
    }
    assert row["attached_instance_ids"] == []
    assert row["source_snapshot_id"] is None


def test_a_snapshot_remembers_its_volume(aws):
    ec2 = aws("ec2")
    volume = ec2.create_volume(Size=80, AvailabilityZone="eu-west-1a")["VolumeId"]
    ec2.create_snapshot(VolumeId=volume, Description="before the move")
    ec2.delete_volume(VolumeId=volume)
    row = ebs_snapshots(ec2).row(0, named=True)
    assert (row["volume_id"], row["size_gib"], row["storage_tier"]) == (volume, 80, "standard")
    assert row["description"] == "before the move"


def test_only_snapshots_of_this_account_are_asked_for(aws):
    asked = []
    ec2 = aws("ec2")
    ec2.meta.events.register("before-parameter-build", lambda params, **_: asked.append(params["OwnerIds"]))
    ebs_snapshots(ec2)
    assert asked == [["self"]]
