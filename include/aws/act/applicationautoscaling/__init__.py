"""Actions on what Application Auto Scaling may scale."""
