"""Taking turns: each function runs for a moment, many rounds over."""

import statistics
import time
from collections.abc import Callable


def in_turns(functions: dict[str, Callable], rounds: int = 9, seconds: float = 0.1) -> dict:
    """The median time of a call, per function and round.

    Args:
      functions: name -> what is called, without arguments.
      rounds: how often each gets a turn.
      seconds: how long a turn is; at least three calls are made.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for f in functions.values():
        f()
    for _ in range(rounds):
        for name, f in functions.items():
            calls, end = [], time.perf_counter() + seconds
            while len(calls) < 3 or time.perf_counter() < end:
                start = time.perf_counter()
                f()
                calls.append(time.perf_counter() - start)
            times[name].append(statistics.median(calls))
    return times


def show(title: str, times: dict) -> None:
    """One line: the medians, and their ratios to the first function, round by round."""
    first = next(iter(times.values()))
    parts = []
    for name, own in times.items():
        ratio = statistics.median(a / b for a, b in zip(own, first, strict=True))
        parts.append(f"{name} {statistics.median(own) * 1e6:10.1f} us  x{ratio:<5.2f}")
    print(f"{title:14}", "  ".join(parts), flush=True)
