"""Structural trends of daily peaks: many series at once, and thousands of possible futures of each.

Exhaustion is a question of months, asked of a quarter's history: what counts is how sure the trend is. So the
model is small (level, slope, day of the week), its variances are averaged over instead of chosen, and dates
are read off simulated futures: the day the first one in ten, five in ten, nine in ten has passed the limit.
"""
