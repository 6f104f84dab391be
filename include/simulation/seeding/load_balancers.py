"""Application, network and classic load balancers, with or without targets."""

from include.simulation.manifest import Resource
from include.simulation.stage import Stage, aws_tags

NAMESPACES = {"application": "AWS/ApplicationELB", "network": "AWS/NetworkELB", "classic": "AWS/ELB"}


def namespace(resource: Resource) -> str:
    """Each kind reports to a namespace of its own."""
    return NAMESPACES[resource.spec["kind"]]


def dimensions(resource: Resource, resource_id: str) -> dict[str, str]:
    """`app/name/id`, the last parts of the ARN; of classic ones the name."""
    if resource.spec["kind"] == "classic":
        return {"LoadBalancerName": resource_id}
    return {"LoadBalancer": resource_id.partition(":loadbalancer/")[2]}


def build(stage: Stage, resource: Resource) -> str:
    """`spec`: kind; targets (logical names of instances), target_group (default True).

    `resource_id` is the ARN; for classic ones the name.
    """
    return (_classic if resource.spec["kind"] == "classic" else _modern)(stage, resource)


def _classic(stage: Stage, resource: Resource) -> str:
    elb = stage.client("elb")
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 8080}
    elb.create_load_balancer(
        LoadBalancerName=resource.name,
        Listeners=[listener],
        AvailabilityZones=[stage.zone],
        Tags=aws_tags(resource.tags or {"team": "shop"}),
    )
    members = [{"InstanceId": stage.ids[name]} for name in resource.spec.get("targets", ())]
    if members:
        elb.register_instances_with_load_balancer(LoadBalancerName=resource.name, Instances=members)
    stage.backend("elb").load_balancers[resource.name].created_time = stage.ago(resource.age_days)
    return resource.name


def _modern(stage: Stage, resource: Resource) -> str:
    spec, elb = resource.spec, stage.client("elbv2")
    created = elb.create_load_balancer(
        Name=resource.name,
        Type=spec["kind"],
        Subnets=[stage.subnet("a"), stage.subnet("b")],
        Tags=aws_tags(resource.tags or {"team": "shop"}),
    )
    arn: str = created["LoadBalancers"][0]["LoadBalancerArn"]
    if spec.get("target_group", True):
        _target_group(stage, resource, arn)
    balancer = stage.backend("elbv2").load_balancers[arn]
    balancer.created_time = f"{stage.ago(resource.age_days):%Y-%m-%dT%H:%M:%S.000Z}"
    return arn


def _target_group(stage: Stage, resource: Resource, arn: str) -> None:
    elb = stage.client("elbv2")
    protocol = "HTTP" if resource.spec["kind"] == "application" else "TCP"
    group = elb.create_target_group(
        Name=resource.name, Protocol=protocol, Port=8080, VpcId=stage.vpc(), TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=arn,
        Protocol=protocol,
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    members = [{"Id": stage.ids[name]} for name in resource.spec.get("targets", ())]
    if members:
        elb.register_targets(TargetGroupArn=group, Targets=members)
