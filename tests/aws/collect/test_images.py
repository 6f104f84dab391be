from include.aws.collect.images import amis, launch_templates, snapshot_ids


def test_an_image_keeps_its_snapshots_in_use(aws):
    ec2 = aws("ec2")
    volume = ec2.create_volume(Size=8, AvailabilityZone="eu-west-1a")["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    disk = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot}}
    ec2.register_image(Name="web", RootDeviceName="/dev/sda1", BlockDeviceMappings=[disk])
    row = amis(ec2).row(0, named=True)
    assert (row["name"], row["state"], row["public"]) == ("web", "available", False)
    assert row["last_launched_at"] is None


def test_disks_without_a_snapshot_keep_nothing_in_use():
    disks = [{"VirtualName": "ephemeral0"}, {"Ebs": {"VolumeSize": 8}}, {"Ebs": {"SnapshotId": "snap-1"}}]
    assert snapshot_ids({"BlockDeviceMappings": disks}) == ["snap-1"]
    assert snapshot_ids({}) == []


def test_a_template_keeps_what_its_default_and_its_latest_version_name(aws):
    ec2 = aws("ec2")
    disk = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": "snap-00000001"}}
    made = ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": "ami-00000001", "BlockDeviceMappings": [disk]},
    )["LaunchTemplate"]["LaunchTemplateId"]
    for image in ("ami-00000002", "ami-00000003"):
        ec2.create_launch_template_version(LaunchTemplateId=made, LaunchTemplateData={"ImageId": image})
    row = launch_templates(ec2).row(0, named=True)
    assert (row["resource_id"], row["name"]) == (made, "web")
    assert row["image_ids"] == ["ami-00000001", "ami-00000003"]
    assert row["snapshot_ids"] == ["snap-00000001"]
