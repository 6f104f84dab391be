"""The boto3 edge: sessions, collectors (reads to typed frames) and actions (idempotent writes). No rules."""
