"""Actions on CloudWatch log groups."""
