"""From ``step_stats`` of a `tf.RunMetadata` to the trace format of Chrome (``chrome://tracing``).

The format is described in "Trace Event Format" of the Catapult project.  Each device is a process;
parts that overlap in time get threads (lanes) of their own.
"""

import json
import re
from typing import NamedTuple

_LABEL = re.compile(r"(?P<name>\S+) = (?P<op>[^(]*)\((?P<inputs>.*)\)", re.DOTALL)


class AllocationMaximum(NamedTuple):
    """The most memory that one allocator held at once.

    Attributes:
      timestamp: when, in microseconds.
      num_bytes: how much.
      tensors: the names of what it held then.
    """

    timestamp: int
    num_bytes: int
    tensors: set


class StepStatsAnalysis(NamedTuple):
    """What `Timeline.analyze_step_stats` gives.

    Attributes:
      chrome_trace: the trace, with ``format_to_string(pretty)``.
      allocator_maximums: allocator -> `AllocationMaximum`.
    """

    chrome_trace: "ChromeTrace"
    allocator_maximums: dict


class ChromeTrace:
    """A list of events."""

    def __init__(self):
        self.events: list[dict] = []

    def add(self, phase: str, category: str, name: str, pid: int, tid: int, ts: int, **more):
        """Adds an event; ``more`` are the fields that its phase has besides the common ones."""
        self.events.append(
            {"ph": phase, "cat": category, "name": name, "pid": pid, "tid": tid, "ts": ts, **more}
        )

    def add_process(self, name: str, pid: int) -> None:
        """Says what a process is called."""
        event = {"name": "process_name", "ph": "M", "pid": pid, "args": {"name": name}}
        self.events.insert(0, event)

    def format_to_string(self, pretty: bool = False) -> str:
        """The trace as JSON.

        Args:
          pretty: with line breaks and sorted keys.
        """
        trace = {"traceEvents": self.events}
        if pretty:
            return json.dumps(trace, indent=4, sort_keys=True)
        return json.dumps(trace, separators=(",", ":"))


class _Part:
    """One entry of ``node_stats``, and where the trace shows it."""

    def __init__(self, stats, pid: int):
        self.stats = stats
        self.pid = pid
        self.lane = 0
        self.start = stats.all_start_micros
        self.duration = max(stats.all_end_rel_micros, 1)  # nothing shows a part of length 0
        self.end = self.start + self.duration
        self.name, self.op, self.inputs = stats.node_name, stats.node_name.split(":")[-1], []
        match = _LABEL.fullmatch(stats.timeline_label)
        if match:
            inputs = match["inputs"].split(", ") if match["inputs"] else []
            self.name, self.op, self.inputs = match["name"], match["op"], inputs


class Timeline:
    """Shows where the time of a run went.

    Args:
      step_stats: ``run_metadata.step_stats`` of a run with a ``trace_level``.
      graph: accepted for TensorFlow's sake.

    Example:
      >>> from tfgrad.python.client import timeline
      >>> metadata = tf.RunMetadata()
      >>> options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
      >>> _ = tf.Session().run(tf.square(tf.range(3)), options=options, run_metadata=metadata)
      >>> trace = timeline.Timeline(metadata.step_stats).generate_chrome_trace_format()
      >>> '"traceEvents"' in trace
      True
    """

    def __init__(self, step_stats, graph=None):
        self._step_stats = step_stats

    def generate_chrome_trace_format(
        self, show_dataflow: bool = True, show_memory: bool = False
    ) -> str:
        """The trace as JSON, to be written to a file that ``chrome://tracing`` opens.

        Args:
          show_dataflow: draw an arrow from what makes a value to what takes it.
          show_memory: add the memory that results hold, by allocator.
        """
        analysis = self.analyze_step_stats(show_dataflow, show_memory)
        return analysis.chrome_trace.format_to_string(pretty=True)

    def analyze_step_stats(
        self, show_dataflow: bool = True, show_memory: bool = True
    ) -> StepStatsAnalysis:
        """The trace, and the most memory that each allocator held.

        Args:
          show_dataflow, show_memory: see `generate_chrome_trace_format`.
        """
        trace = ChromeTrace()
        parts: list[_Part] = []
        for pid, device in enumerate(self._step_stats.dev_stats):
            trace.add_process(f"{device.device} Compute", pid)
            own = [_Part(stats, pid) for stats in device.node_stats]
            _assign_lanes(own)
            parts += own
        for part in parts:
            args = {"name": part.name, "op": part.op}
            args.update({f"input{i}": name for i, name in enumerate(part.inputs)})
            trace.add(
                "X", "Op", part.op, part.pid, part.lane, part.start, dur=part.duration, args=args
            )
        if show_dataflow:
            _add_flows(trace, parts)
        maximums = _memory(trace if show_memory else None, parts, len(self._step_stats.dev_stats))
        return StepStatsAnalysis(trace, maximums)


def _assign_lanes(parts: list[_Part]) -> None:
    """Gives each part the first lane that is free when it starts."""
    free_at: list[int] = []
    for part in sorted(parts, key=lambda p: p.start):
        free = [lane for lane, end in enumerate(free_at) if end <= part.start]
        if not free:
            free = [len(free_at)]
            free_at.append(0)
        part.lane = free[0]
        free_at[part.lane] = part.end


def _consumers(parts: list[_Part]) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    for part in parts:
        for name in part.inputs:
            found.setdefault(name.removeprefix("^").split(":")[0], []).append(part)
    return found


def _add_flows(trace: ChromeTrace, parts: list[_Part]) -> None:
    consumers = _consumers(parts)
    number = 0
    for part in parts:
        for other in consumers.get(part.name, ()):
            if other.start < part.start:  # of another name scope, or measured apart
                continue
            ends = (("s", part, part.end), ("t", other, max(other.start, part.end)))
            for phase, where, ts in ends:
                trace.add(phase, "DataFlow", part.name, where.pid, where.lane, ts, id=number)
            number += 1


def _memory(trace: ChromeTrace | None, parts: list[_Part], first_pid: int) -> dict:
    """Follows the results of all parts from their making to their last use."""
    consumers = _consumers(parts)
    last = max((p.end for p in parts), default=0)
    changes: dict[str, list[tuple[int, int, str]]] = {}  # allocator -> (when, bytes, name)
    pids: dict[int, int] = {}
    for number, part in enumerate(parts):
        ends = [p.end for p in consumers.get(part.name, ()) if p.end >= part.end]
        for output in part.stats.output:
            memory = output.tensor_description.allocation_description
            if not memory.allocated_bytes:
                continue
            name = f"{part.name}:{output.slot}"
            begin, end = part.end, max(ends, default=last)
            found = changes.setdefault(memory.allocator_name, [])
            found += [(begin, memory.allocated_bytes, name), (end, -memory.allocated_bytes, name)]
            if trace is not None:
                pid = pids.setdefault(part.pid, first_pid + len(pids))
                for phase, ts in (("N", begin), ("D", end)):
                    ident = f"{number}:{output.slot}"
                    trace.add(phase, "Tensor", name, pid, part.lane, ts, id=ident)
    if trace is not None:
        names = {p.pid: p for p in parts}
        for compute, pid in pids.items():
            trace.add_process(f"Tensors of process {compute} ({names[compute].op}, ...)", pid)
    maximums = {}
    for allocator, found in changes.items():
        held: dict[str, int] = {}
        total = most = when = 0
        tensors: set = set()
        for ts, size, name in sorted(found, key=lambda c: (c[0], c[1] < 0)):
            total += size
            if size > 0:
                held[name] = size
            else:
                held.pop(name, None)
            if total > most:
                most, when, tensors = total, ts, set(held)
            if trace is not None:
                trace.add("C", "Memory", allocator, first_pid, 0, ts, args={allocator: total})
        maximums[allocator] = AllocationMaximum(when, most, tensors)
    return maximums
