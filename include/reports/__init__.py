"""Frames into reports that people open and files that machines read (folder: WATCHKEEPER_REPORTS).

Layout: `<reports>/<dag_id>/<snapshot_id>/report.html|findings.csv|findings.parquet|report.json`.
"""
