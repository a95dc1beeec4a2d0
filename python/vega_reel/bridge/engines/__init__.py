"""The engines that tasks can be given to."""

from .engine import Engine, EngineError
from .factory import from_factory, from_object

# What each needs, to be installed by `pip install vega-reel[NAME]`.
EXTRAS = {"dask": "distributed", "loky": "loky", "ipyparallel": "ipyparallel", "parsl": "parsl"}


def connect(name: str) -> Engine:
    """Connects to what the option `executor` names.

    Raises EngineError where that cannot be had; its message says why.
    """
    kind, _, rest = name.partition(":")
    try:
        if kind == "dask":
            from .dask import connect_dask

            return connect_dask(rest)
        if kind == "loky":
            from .loky import LokyEngine

            return LokyEngine(int(rest) if rest else None)
        if kind == "ipyparallel":
            from .ipyparallel import connect_ipyparallel

            return connect_ipyparallel(rest)
        if kind == "parsl":
            from .parsl import load_parsl

            return load_parsl(rest)
        return from_factory(kind, rest)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if EXTRAS.get(kind) != missing:
            raise
        raise EngineError(f"Python has no '{missing}': pip install 'vega-reel[{kind}]'") from error


__all__ = ["Engine", "EngineError", "connect", "from_object"]
