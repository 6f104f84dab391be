"""What database engines allow by default, from the memory of their class."""

import polars as pl

CONNECTION_DEFAULTS = {
    # engine: (bytes of memory per connection, most)
    "postgres": (9_531_392, 5_000),
    "mysql": (12_582_880, 16_000),
    "mariadb": (12_582_880, 16_000),
    "oracle-ee": (9_868_951, 20_000),
    "oracle-ee-cdb": (9_868_951, 20_000),
    "oracle-se2": (9_868_951, 20_000),
    "oracle-se2-cdb": (9_868_951, 20_000),
    "sqlserver-ex": (0, 32_767),
    "sqlserver-web": (0, 32_767),
    "sqlserver-se": (0, 32_767),
    "sqlserver-ee": (0, 32_767),
}
"""RDS User Guide, "Maximum number of database connections": DBInstanceClassMemory / divisor, with its cap."""


def default_max_connections(engine: pl.Expr, memory_bytes: pl.Expr) -> pl.Expr:
    """`max_connections` by default for an engine and a class's memory; null for an engine not known."""
    divisor = engine.replace_strict(
        {name: each for name, (each, _) in CONNECTION_DEFAULTS.items()}, default=None, return_dtype=pl.Int64
    )
    most = engine.replace_strict(
        {name: cap for name, (_, cap) in CONNECTION_DEFAULTS.items()}, default=None, return_dtype=pl.Int64
    )
    by_memory = pl.when(divisor > 0).then(memory_bytes // divisor).otherwise(most)
    return pl.when(most.is_not_null() & memory_bytes.is_not_null()).then(pl.min_horizontal(by_memory, most))
