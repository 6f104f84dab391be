"""YAML that humans own, and the models it must fit (folder: WATCHKEEPER_POLICIES, else this one)."""
