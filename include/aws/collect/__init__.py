"""One collector per dataset of `include/core/datasets`, found by path; `run` reads a whole target.

A collector takes a boto3 client, pages through everything and answers with a typed frame. What AWS refuses is
never shown as empty: the error reaches `run`, which records a gap, or the one column it would have filled is
null, which means unknown.
"""
