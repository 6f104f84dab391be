"""Actions on service quotas."""
