"""How each kind of resource comes to be: boto3 against the running server, then what AWS would have dated.

One file per kind, named as its dataset. Each offers `build(stage, resource) -> resource_id`, and where its
telemetry has a home `NAMESPACE` and `DIMENSION`, or `namespace` and `dimensions` where these depend on the
resource.
"""
