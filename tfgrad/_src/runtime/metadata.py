"""What `tf.RunMetadata` reports: when the parts of a run began and ended, and which nodes ran.

XLA fuses the nodes of a stage, so that the parts are not nodes, but stages (``stage_0``, in the
order of the plan), the compilation of a stage where there was one (``stage_0/compile``), and ops on
the host under their own names.  Which nodes are in a stage is told by ``partition_graphs``.
"""

import threading
import time

import numpy as np

from tfgrad._src.graph import graph_def, proto
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.runtime.config import RunMetadata
from tfgrad._src.runtime.devices import HOST
from tfgrad._src.runtime.plan import Plan, Stage
from tfgrad._src.runtime.step_stats import NodeExecStats


class Steps:
    """Collects the timings of one run."""

    def __init__(self, device: str):
        self._epoch = time.time_ns() - time.perf_counter_ns()
        self._stages: dict[Stage, str] = {}
        self._made_by: dict[Tensor, str] = {}
        self._parts: list[tuple[str, NodeExecStats]] = []
        self._device = device  # of the stages

    @staticmethod
    def now() -> int:
        """Nanoseconds, for the ``start`` of what is added later."""
        return time.perf_counter_ns()

    def add_compilation(self, stage: Stage, start: int) -> None:
        self._add(HOST, f"{self._name(stage)}/compile", "Compile", [], [], start)

    def add_stage(self, stage: Stage, program, results: list, start: int) -> None:
        """A stage has run.

        Args:
          stage: the stage.
          program: its compiled program.
          results: the values of ``stage.results``.
          start: when it began.
        """
        name = self._name(stage)
        inputs = [*stage.args, *stage.statics]
        part = self._add(self._device, name, "Stage", inputs, results, start)
        self._made_by.update(dict.fromkeys(stage.results, name))
        memory = program.memory_analysis()
        if memory is not None:
            temporary, output = memory.temp_size_in_bytes, memory.output_size_in_bytes
            used = part.memory.add(allocator_name="xla", total_bytes=temporary + output)
            used.peak_bytes, used.live_bytes = temporary + output, output
            part.memory_stats.temp_memory_size = temporary

    def add_op(self, op: Operation, results: list, start: int) -> None:
        """An op has run on the host."""
        self._add(HOST, op.name, op.type, op.inputs, results, start)
        self._made_by.update(dict.fromkeys(op.outputs, op.name))

    def _name(self, stage: Stage) -> str:
        return self._stages.setdefault(stage, f"stage_{len(self._stages)}")

    def _add(self, device: str, name: str, kind: str, inputs, results, start: int) -> NodeExecStats:
        end = self.now()
        began, took = start + self._epoch, end - start
        label = ", ".join(dict.fromkeys(self._made_by.get(t, t.op.name) for t in inputs))
        part = NodeExecStats(
            node_name=name,
            timeline_label=f"{name} = {kind}({label})",
            thread_id=threading.get_ident() & 0xFFFFFFFF,
            all_start_micros=began // 1000,
            op_end_rel_micros=took // 1000,
            all_end_rel_micros=took // 1000,
            scheduled_micros=began // 1000,
            all_start_nanos=began,
            op_end_rel_nanos=took,
            all_end_rel_nanos=took,
            scheduled_nanos=began,
        )
        for i, value in enumerate(results):
            _describe(part.output.add(slot=i).tensor_description, value)
        self._parts.append((device, part))
        return part

    def fill(self, metadata: RunMetadata) -> None:
        """Writes what was collected into ``step_stats``."""
        devices: dict = {}
        for device, part in self._parts:
            stats = devices.get(device)
            if stats is None:
                stats = devices[device] = metadata.step_stats.dev_stats.add(device=device)
                stats.thread_names[part.thread_id] = threading.current_thread().name
            stats.node_stats.append(part)


def _describe(description, value) -> None:
    array = value if hasattr(value, "dtype") else np.asarray(value)
    strings = array.dtype.kind == "O"
    description.dtype = as_dtype("string" if strings else array.dtype).as_datatype_enum
    description.shape.CopyFrom(graph_def.shape_proto(array.shape))
    size = sum(map(len, array.ravel())) if strings else array.size * array.dtype.itemsize
    memory = description.allocation_description
    memory.requested_bytes = memory.allocated_bytes = int(size)
    memory.allocator_name = "cpu" if isinstance(array, np.ndarray) else "xla"
    memory.ptr = id(value)


def partition_graphs(plan: Plan) -> list[proto.GraphDef]:
    """One graph per stage and host step of a plan, in the order in which they run."""
    graphs = []
    for item in plan.items:
        graph = proto.GraphDef(versions=graph_def.versions())
        for op in item.ops:
            graph.node.append(op.node_def)
        graphs.append(graph)
    return graphs
