"""Watchkeeper: everything but the DAGs and the pages."""
