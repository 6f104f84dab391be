"""Per domain (the file's name): which changes' rules still find their resource, by live state.

Each offers `still_found(changes, snapshot_id) -> set[str]`, the ids of those changes.
"""
