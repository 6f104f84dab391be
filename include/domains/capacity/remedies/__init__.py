"""What to do when a kind of series runs out: one file per group of kinds, found by path.

Each module offers `KINDS`, the ids of capacity.yaml it is for, and `remedy(due) -> Remedy`.
"""
