"""Actions on Auto Scaling groups."""
