"""What to ask the AWS Price List API for: one file per service, found by path.

Each module offers `QUERIES`. Field and attribute names: the service's own offer file, as named there.
"""
