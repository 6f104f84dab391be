"""Forecasting models, one file each; its id is the name of the file.

A model has
    COST: int
        0: cheap, always tried; 1 and 2: dear, only where it may win (`tournament`)
    STAND_IN: str
        of a dear model, if it has one: the cheaper one that has to be near the best first
    def needs(history: History) -> bool
        whether the history holds enough for it
    def predict(history: History, horizon: int) -> Floats
        the median, one value per step, finite; within floor and cap is not its concern
"""
