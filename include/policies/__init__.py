"""YAML that humans own, and the models it must fit. WATCHKEEPER_POLICIES names another folder of the same files."""
