"""Actions on Kinesis data streams."""
