"""Whether the table of series names datasets and columns that there are."""

from collections.abc import Iterator
from string import Formatter

from include.core import datasets
from include.core.errors import PolicyError
from include.core.series import Limit, SeriesKind, SeriesTable
from include.domains.capacity.derived import DERIVED


def checked(table: SeriesTable) -> dict[str, SeriesKind]:
    """The enabled kinds. PolicyError: one names a dataset or a column that there is not; all are named."""
    kinds = table.enabled()
    wrong = [f"capacity.yaml: series.{name}.{said}" for name, kind in kinds.items() for said in _wrong(kind)]
    if wrong:
        raise PolicyError("\n".join(wrong))
    return kinds


def _wrong(kind: SeriesKind) -> Iterator[str]:
    if kind.dataset not in datasets.names():
        yield f"dataset: no dataset {kind.dataset!r}; expected one of {', '.join(datasets.names())}"
        return
    sources = [one for one in kind.dimensions.values() if not one.startswith("=")]
    sources += [kind.dimensions_from] if kind.dimensions_from else []
    yield from _missing("where", kind.dataset, list(kind.where), derived=False)
    yield from _missing("dimensions", kind.dataset, sources, derived=False)
    for one in [*kind.limit, *([kind.free_of] if kind.free_of else [])]:
        yield from _wrong_limit(kind, one)


def _wrong_limit(kind: SeriesKind, limit: Limit) -> Iterator[str]:
    dataset = limit.dataset or kind.dataset
    if dataset not in datasets.names():
        yield f"limit: no dataset {dataset!r}; expected one of {', '.join(datasets.names())}"
        return
    named = [limit.column] if limit.column else []
    yield from _missing("limit", dataset, [*named, *limit.match, *limit.where], derived=True)
    own = [column for text in limit.match.values() for _, column, _, _ in Formatter().parse(text) if column]
    yield from _missing("limit.match", kind.dataset, own, derived=True)


def _missing(where: str, dataset: str, named: list[str], *, derived: bool) -> Iterator[str]:
    known = [*datasets.schema(dataset), *(DERIVED.get(dataset, ()) if derived else ())]
    for column in named:
        if column not in known:
            yield f"{where}: no column {column!r} in {dataset}; expected one of {', '.join(known)}"
