"""Service quotas: ask for more, in time."""

from include.domains.capacity.remedies._remedy import Due, Remedy, free, up

KINDS = ("quota",)


def remedy(due: Due) -> Remedy:
    """A request for the need, rounded up; AWS answers it in minutes or in weeks, and it costs nothing."""
    quota, wanted = due.resource, up(due.need)
    if not quota["adjustable"]:
        return Remedy("AWS raises this quota for nobody: spread over regions or accounts.")
    return Remedy(
        f"Ask AWS for {wanted} instead of {due.limit:g}; the quota itself is free.",
        float(wanted),
        "servicequotas.request_increase",
        {
            "service_code": quota["service_code"],
            "quota_code": quota["quota_code"],
            "desired_value": float(wanted),
        },
        free("a quota"),
    )
