"""Settings of the properties tested here."""

from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong: no deadline for one example, none for making it.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")
