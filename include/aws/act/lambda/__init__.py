"""Actions on Lambda functions."""
