"""Lambda: reserve more, or ask for a higher quota of the account. Neither costs anything: calls do."""

from include.domains.capacity.remedies._remedy import Due, Remedy, free, up

KINDS = ("lambda_function", "lambda_account")
RESERVING, QUOTAS = free("reserved concurrency"), free("a quota")
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
            says = f"Reserve {wanted} executions instead of {due.resource['reserved']}; reserving is free."
            reserve = {"reserved": wanted}
            return Remedy(says, float(wanted), "lambda.set_reserved_concurrency", reserve, RESERVING)
        says = f"Reserve {wanted} executions; the account has not as many left: ask for more first."
        return Remedy(f"{says} Both are free.", cost=RESERVING)
    quota = due.other("service_quotas", QUOTA)
    if due.kind == "lambda_function":
        says = f"Functions without a reservation need {wanted} executions at once: raise the account's quota."
        return Remedy(f"{says} The quota itself is free.", cost=QUOTAS)
    if quota is None or not quota["adjustable"]:
        says = f"Ask AWS for {wanted} concurrent executions (Service Quotas); the quota itself is free."
        return Remedy(says, cost=QUOTAS)
    service, code = QUOTA.split("/")
    params = {"service_code": service, "quota_code": code, "desired_value": float(wanted)}
    says = f"Ask AWS for {wanted} concurrent executions; the quota itself is free."
    return Remedy(
        says, float(wanted), "servicequotas.request_increase", params, QUOTAS, ("service_quotas", QUOTA)
    )
