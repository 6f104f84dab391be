"""Actions on ECS services."""
