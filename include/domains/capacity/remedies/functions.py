"""Lambda: reserve more, or ask for a higher quota of the account."""

from include.domains.capacity.remedies._remedy import Due, Remedy, up

KINDS = ("lambda_function", "lambda_account")
QUOTA = "lambda/L-B99A9384"
"""Concurrent executions (Lambda endpoints and quotas; from memory)."""
LEAST_UNRESERVED = 100
"""Executions AWS leaves to the rest (Lambda Developer Guide, "Configuring reserved concurrency")."""


def remedy(due: Due) -> Remedy:
    """The function's reservation while the account has as much to give, else the account's quota."""
    wanted = up(due.need)
    if due.kind == "lambda_function" and due.resource["reserved"] is not None:
        account = due.other("lambda_limits", "lambda")
        spare = (account or {}).get("unreserved_executions")
        more = wanted - int(due.resource["reserved"])
        if spare is not None and spare - more >= LEAST_UNRESERVED:
            says = f"Reserve {wanted} executions instead of {due.resource['reserved']}."
            return Remedy(says, float(wanted), "lambda.set_reserved_concurrency", {"reserved": wanted})
        return Remedy(f"Reserve {wanted} executions; the account has not as many left: ask for more first.")
    quota = due.other("service_quotas", QUOTA)
    if due.kind == "lambda_function":
        return Remedy(
            f"Functions without a reservation need {wanted} executions at once: raise the account's."
        )
    if quota is None or not quota["adjustable"]:
        return Remedy(f"Ask AWS for {wanted} concurrent executions (Service Quotas).")
    service, code = QUOTA.split("/")
    params = {"service_code": service, "quota_code": code, "desired_value": float(wanted)}
    says = f"Ask AWS for {wanted} concurrent executions."
    return Remedy(
        says, float(wanted), "servicequotas.request_increase", params, None, ("service_quotas", QUOTA)
    )
