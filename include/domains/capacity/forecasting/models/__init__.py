"""Forecasting models, one file each; its id is the name of the file.

A model has
    COST: int
        0: always tried; 1: only where it may win
    def needs(history: History) -> bool
        whether the history holds enough for it
    def predict(history: History, horizon: int) -> Floats
        the median, one value per step, finite; within floor and cap is not its concern
"""
