"""Actions on RDS database instances."""
