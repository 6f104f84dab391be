"""One suite per dataset, found by its file name. Each module offers `expectations(as_of)`.

A suite that judges something else than the rows themselves also offers `prepare(frame, as_of)`, which makes
that frame, and its `SCHEMA`. Loaded only where a snapshot is validated: Great Expectations takes seconds.
"""
