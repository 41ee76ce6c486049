"""Messages that configure sessions and runs, devices, and what a run reports about itself.

Fields, bytes, texts and the first lines of errors were recorded from TensorFlow 1.15.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph import message, wire
from tfgrad._src.runtime import config, devices, step_stats
from tfgrad.python.client import device_lib, timeline

RECORDED = json.loads((Path(__file__).parents[1] / "golden/messages.json").read_text())


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


# ---------------------------------------------------------------------- messages


OURS = {
    name: cls
    for name, cls in message._MESSAGES.items()
    if cls.__module__ in (config.__name__, step_stats.__name__)
}


@pytest.mark.parametrize("name", OURS)
def test_the_fields_are_those_of_tensorflow(name):
    found = {}
    for field in OURS[name]._by_name.values():
        kind = f"{field.map_key} -> {field.kind}" if field.map_key else field.kind
        kind = f"enum {kind}" if kind in wire.ENUMS or kind == "DataType" else kind
        found[field.name] = [field.number, kind, field.repeated]
        if kind in RECORDED and field.kind in wire.ENUMS:
            members = sorted(f"{name}={n}" for n, name in wire.ENUMS[field.kind].items())
            assert members == sorted(RECORDED[kind].split()), kind
    later = {"share_cluster_devices_in_session": [17, "bool", False]}  # of newer versions
    expected = dict(RECORDED[name], **later) if name == "ConfigProto" else RECORDED[name]
    assert found == expected


def test_no_message_is_missing():
    elsewhere = {"AttrValue", "NameAttrList", "NodeDef", "VersionDef", "FunctionDef", "GradientDef"}
    elsewhere |= {"FunctionDefLibrary", "GraphDef", "OpDef", "OpDeprecation", "TensorProto"}
    elsewhere |= {"TensorShapeProto", "ResourceHandleProto", "VariantTensorDataProto"}
    recorded = {
        n for n in RECORDED if not n.startswith("enum") and n.split(".")[0] not in elsewhere
    }
    assert recorded == set(OURS)


def full_config():
    c = tf.ConfigProto(
        device_count={"GPU": 1}, allow_soft_placement=True, intra_op_parallelism_threads=2,
        operation_timeout_in_ms=70000,
    )  # fmt: skip
    c.graph_options.optimizer_options.global_jit_level = tf.OptimizerOptions.ON_1
    c.graph_options.rewrite_options.memory_optimization = 2
    c.graph_options.rewrite_options.optimizers.append("pruning")
    c.device_filters.append("/job:a")
    c.session_inter_op_thread_pool.add(num_threads=2, global_name="x")
    c.experimental.session_metadata.name = "k"
    c.gpu_options.per_process_gpu_memory_fraction = 0.25
    c.gpu_options.experimental.virtual_devices.add(memory_limit_mb=[1.5])
    c.cluster_def.job.add(name="w").tasks[1] = "h:1"
    c.rpc_options.compression_level = 3
    return c


def test_the_bytes_are_those_of_tensorflow():
    assert full_config().SerializeToString().hex() == (
        "0a070a034750551001100222062f6a6f623a61321309000000000000d03f4a080a060a040000c03f380152121a02"
        "2801520c2002a206077072756e696e6758f0a204620508021201786a021803720e0a0c0a0177120708011203683a"
        "318201055a030a016b"
    )
    options = tf.RunOptions(
        trace_level=3, timeout_in_ms=5, output_partition_graphs=True, inter_op_thread_pool=-1,
        report_tensor_allocations_upon_oom=True,
    )  # fmt: skip
    assert options.SerializeToString().hex() == "0803100518ffffffffffffffffff0128013801"


def test_the_text_names_enums():
    text = str(full_config())
    assert "    global_jit_level: ON_1\n" in text
    assert "    memory_optimization: MANUAL\n" in text
    assert str(tf.OptimizerOptions(global_jit_level="ON_2")) == "global_jit_level: ON_2\n"
    assert str(tf.OptimizerOptions(global_jit_level=77)) == "global_jit_level: 77\n"


def test_an_enum_knows_its_names():
    level = tf.RunOptions.TraceLevel
    assert (level.Name(1), level.Value("FULL_TRACE"), level.FULL_TRACE) == ("SOFTWARE_TRACE", 3, 3)
    assert level.items()[0] == ("NO_TRACE", tf.RunOptions.NO_TRACE)
    assert level.keys()[-1] == "FULL_TRACE"
    assert level.values() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="Enum TraceLevel has no name defined for value 9"):
        level.Name(9)
    with pytest.raises(ValueError, match="Enum TraceLevel has no value defined for name 'X'"):
        level.Value("X")
    with pytest.raises(ValueError, match='unknown enum label "X"'):
        tf.RunOptions(trace_level="X")


NO_FIELD = 'Protocol message ConfigProto has no "foo" field.'


@pytest.mark.parametrize(
    ("mistake", "error", "text"),
    [
        (lambda c: tf.ConfigProto(foo=1), ValueError, NO_FIELD),
        (lambda c: setattr(c, "foo", 1), AttributeError, NO_FIELD),
        (lambda c: c.foo, AttributeError, NO_FIELD),
        (
            lambda c: tf.ConfigProto(allow_soft_placement="x"),
            TypeError,
            "'str' object cannot be interpreted as an integer",
        ),
        (
            lambda c: setattr(c.gpu_options, "per_process_gpu_memory_fraction", "x"),
            TypeError,
            "must be real number, not str",
        ),
        (
            lambda c: setattr(c, "gpu_options", tf.GPUOptions()),
            AttributeError,
            'Assignment not allowed to message field "gpu_options" in protocol message object.',
        ),
        (
            lambda c: setattr(c, "device_count", {}),
            AttributeError,
            'Assignment not allowed to map, or repeated field "device_count" in protocol message '
            "object.",
        ),
    ],
)
def test_a_mistake_is_told_as_protobuf_tells_it(mistake, error, text):
    with pytest.raises(error) as caught:
        mistake(tf.ConfigProto())
    assert str(caught.value).split("\n")[0] == text


def test_submessages_can_be_given_as_dictionaries():
    c = tf.ConfigProto(gpu_options={"allow_growth": True}, cluster_def={"job": [{"name": "w"}]})
    assert c.gpu_options.allow_growth
    assert c.cluster_def.job[0].name == "w"


# ---------------------------------------------------------------------- devices


def test_a_session_lists_its_devices():
    found = tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})).list_devices()
    cpus = [d for d in found if d.device_type == "CPU"]
    prefix = "/job:localhost/replica:0/task:0/device:CPU:"
    assert [d.name for d in cpus] == [prefix + "0", prefix + "1"]
    assert {d.memory_limit_bytes for d in cpus} == {268435456}
    assert cpus[0].incarnation != cpus[1].incarnation
    expected = f"_DeviceAttributes({prefix}0, CPU, 268435456, {cpus[0].incarnation})"
    assert repr(cpus[0]) == expected


def test_the_devices_of_the_process():
    (cpu,) = (d for d in device_lib.list_local_devices() if d.device_type == "CPU")
    assert (cpu.name, cpu.memory_limit) == ("/device:CPU:0", 268435456)
    assert "locality {\n}\n" in str(cpu)
    (physical,) = tf.config.experimental.list_physical_devices("CPU")
    assert physical.name == "/physical_device:CPU:0"
    assert physical in tf.config.experimental.get_visible_devices()
    (logical,) = tf.config.experimental.list_logical_devices("CPU")
    assert logical.name == "/device:CPU:0"


@pytest.fixture
def on_gpu():
    with tf.device("/gpu:0"):
        return tf.constant(1.0, name="c") + 1.0


def test_a_missing_device_is_soft_unless_the_configuration_says_no(on_gpu):
    """Programs with ``/gpu:0`` are meant to run; TensorFlow refuses unless told to be soft."""
    for c in (None, tf.ConfigProto(), tf.ConfigProto(allow_soft_placement=True)):
        assert tf.Session(config=c).run(on_gpu) == 2.0
    if tf.test.is_gpu_available():
        return
    session = tf.Session(config=tf.ConfigProto(allow_soft_placement=False))
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(on_gpu)
    lines = caught.value.message.split("\n")
    assert lines[0] == (
        "Cannot assign a device for operation c: {{node c}}was explicitly assigned to "
        "/device:GPU:0 but available devices are [ /job:localhost/replica:0/task:0/device:CPU:0 ]. "
        "Make sure the device specification refers to a valid device. The requested device "
        "appears to be a GPU, but CUDA is not enabled."
    )
    assert "test_config.py" in lines[1]
    assert "allow_soft_placement" in lines[2]
    with tf.device("/cpu:0"):
        assert session.run(tf.constant(2.0)) == 2.0


def test_placements_are_written_once(capsys):
    with tf.device("/cpu:0"):
        x = tf.placeholder(tf.float32, [], name="x")
    y = x * 2.0
    session = tf.Session(config=tf.ConfigProto(log_device_placement=True))
    first = capsys.readouterr().err
    assert first.startswith("Device mapping:")
    for _ in range(2):
        session.run(y, {x: 1.0})
    device = session.list_devices()[-1 if tf.test.is_gpu_available() else 0].name
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"mul/y: (Const): {device}", f"mul: (Mul): {device}"]
    session.run(y + 1.0, {x: 1.0})
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["add/y", "add"]


def test_gpu_options_reach_jax_if_it_has_not_started():
    script = """
import os, tfgrad as tf
options = tf.GPUOptions(per_process_gpu_memory_fraction=0.25, allow_growth=True)
tf.Session(config=tf.ConfigProto(gpu_options=options))
names = ("XLA_PYTHON_CLIENT_MEM_FRACTION", "XLA_PYTHON_CLIENT_PREALLOCATE")
print([os.environ.get(n) for n in names])
tf.Session().run(tf.constant(1.0) + 1.0)
tf.Session(config=tf.ConfigProto(gpu_options=tf.GPUOptions(visible_device_list="3")))
print(os.environ.get("CUDA_VISIBLE_DEVICES"))
"""
    env = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""}
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True
    )
    assert result.stdout.splitlines() == ["['0.25', 'false']", "None"]


def test_options_of_the_process_are_kept(monkeypatch):
    tf.config.threading.set_intra_op_parallelism_threads(2)
    assert tf.config.threading.get_intra_op_parallelism_threads() == 2
    tf.config.optimizer.set_jit(True)
    assert tf.config.optimizer.get_jit()
    tf.config.optimizer.set_experimental_options({"constant_folding": False})
    assert tf.config.optimizer.get_experimental_options() == {
        "constant_folding": False, "disable_meta_optimizer": False, "disable_model_pruning": False,
    }  # fmt: skip
    monkeypatch.setattr(devices, "visible", {})
    tf.config.experimental.set_visible_devices([], "GPU")
    assert tf.config.experimental.get_visible_devices("GPU") == []
    assert tf.Session().run(tf.constant(1.0)) == 1.0
    with pytest.raises(ValueError, match="Not a valid device policy: 'x'"):
        tf.config.experimental.set_device_policy("x")
    (cpu,) = tf.config.experimental.list_physical_devices("CPU")
    with pytest.raises(ValueError, match="Cannot set memory growth on non-GPU devices"):
        tf.config.experimental.set_memory_growth(cpu, True)
    with pytest.raises(KeyError):
        tf.config.experimental.get_memory_growth(cpu)


# ---------------------------------------------------------------------- what a run reports


@pytest.fixture
def traced():
    """A run of two stages with a step on the host between them."""
    x = tf.placeholder(tf.float32, [None], name="x")
    v = tf.Variable(2.0, name="v")
    y = tf.reduce_sum(tf.unique(x * v, name="u")[0] * 2.0)
    session = tf.Session()
    session.run(v.initializer)
    metadata = tf.RunMetadata()
    options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE, output_partition_graphs=True)

    def run(options=options):
        assert session.run(y, {x: [1, 2, 2]}, options=options, run_metadata=metadata) == 12.0
        return metadata

    return run


def parts_of(metadata):
    return [part for device in metadata.step_stats.dev_stats for part in device.node_stats]


def test_a_trace_has_stages_host_steps_and_compilations(traced):
    metadata = traced()
    parts = sorted(parts_of(metadata), key=lambda p: p.all_start_nanos)
    names = ["stage_0/compile", "stage_0", "u", "stage_1/compile", "stage_1"]
    assert [p.node_name for p in parts] == names
    assert [p.timeline_label for p in parts if "compile" not in p.node_name] == [
        "stage_0 = Stage(x)", "u = Unique(stage_0)", "stage_1 = Stage(u)",
    ]  # fmt: skip
    end = 0
    for p in parts:
        assert p.all_start_nanos >= end
        assert p.all_start_micros == p.all_start_nanos // 1000
        assert p.op_end_rel_micros == p.all_end_rel_micros == p.all_end_rel_nanos // 1000
        end = p.all_start_nanos + p.all_end_rel_nanos
    device = metadata.step_stats.dev_stats[0]
    assert device.device.startswith("/job:localhost/replica:0/task:0/device:")
    assert device.thread_names[parts[0].thread_id] == "MainThread"
    output = parts[2].output[0].tensor_description
    assert (output.dtype, output.shape.dim[0].size) == (1, 2)  # two different floats
    assert output.allocation_description.requested_bytes == 8
    assert parts[1].memory[0].total_bytes > 0
    # The programs are there now, and the message holds one run.
    names = ["stage_0", "u", "stage_1"]
    assert sorted(p.node_name for p in parts_of(traced())) == sorted(names)


def test_the_nodes_that_ran_are_handed_out(traced):
    graphs = traced().partition_graphs
    assert [[n.name for n in g.node] for g in graphs][1] == ["u"]
    assert {"v", "v/read", "mul"} <= {n.name for n in graphs[0].node}
    assert graphs[2].node[-1].op == "Sum"


def test_without_a_trace_level_nothing_is_reported(traced):
    traced()
    metadata = traced(tf.RunOptions())
    assert metadata == tf.RunMetadata()
    traced()
    assert traced(None) == tf.RunMetadata()


def test_a_trace_can_be_stored_and_read(traced):
    metadata = traced()
    assert tf.RunMetadata.FromString(metadata.SerializeToString()) == metadata


def test_a_timeline_is_a_valid_chrome_trace(traced):
    trace = json.loads(timeline.Timeline(traced().step_stats).generate_chrome_trace_format())
    events = trace["traceEvents"]
    complete = [e for e in events if e["ph"] == "X"]
    assert [e["args"]["name"] for e in complete] == [
        "stage_0/compile", "stage_0", "u", "stage_1/compile", "stage_1",
    ]  # fmt: skip
    assert all(e["dur"] > 0 and e["ts"] > 0 and e["cat"] == "Op" for e in complete)
    assert complete[2]["args"] == {"name": "u", "op": "Unique", "input0": "stage_0"}
    (process,) = (e for e in events if e["ph"] == "M")
    assert process["args"]["name"].endswith("Compute")
    starts = [e for e in events if e["ph"] == "s"]
    ends = [e for e in events if e["ph"] == "t"]
    assert [e["id"] for e in starts] == [e["id"] for e in ends] == [0, 1]
    for s, t in zip(starts, ends, strict=True):
        assert s["ts"] <= t["ts"]


def test_a_timeline_without_flows_and_with_memory(traced):
    made = timeline.Timeline(traced().step_stats)
    events = json.loads(made.generate_chrome_trace_format(show_dataflow=False, show_memory=True))
    phases = {e["ph"] for e in events["traceEvents"]}
    assert phases == {"M", "X", "N", "D", "C"}
    analysis = made.analyze_step_stats()
    assert analysis.allocator_maximums["cpu"].num_bytes == 8 + 12  # of Unique, by its two outputs
    assert analysis.allocator_maximums["cpu"].tensors == {"u:0", "u:1"}
    assert json.loads(analysis.chrome_trace.format_to_string())


def test_a_timeline_reads_the_step_stats_of_tensorflow():
    """Parts at the same time get lanes of their own; kernels on GPUs have other labels."""
    stats = step_stats.StepStats()
    device = stats.dev_stats.add(device="/job:localhost/replica:0/task:0/device:GPU:0/stream:all")
    rows = [(0, 10, "a = MatMul(b, c:1, ^d)"), (5, 10, "no label"), (20, 0, "e = Add(a)")]
    for start, length, label in rows:
        device.node_stats.add(
            node_name=label.split(" ")[0], all_start_micros=start, all_end_rel_micros=length,
            timeline_label=label,
        )  # fmt: skip
    text = timeline.Timeline(stats).generate_chrome_trace_format()
    a, other, e = (x for x in json.loads(text)["traceEvents"] if x["ph"] == "X")
    assert a["args"] == {
        "name": "a",
        "op": "MatMul",
        "input0": "b",
        "input1": "c:1",
        "input2": "^d",
    }
    assert (a["tid"], other["tid"], e["tid"]) == (0, 1, 0)
    assert e["dur"] == 1


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"options": 5}, "'int' object has no attribute 'SerializeToString'"),
        ({"run_metadata": 5}, "'int' object has no attribute 'ParseFromString'"),
    ],
)
def test_options_of_another_kind_are_refused(arguments, text):
    with pytest.raises(AttributeError, match=text):
        tf.Session().run(tf.constant(1.0), **arguments)


def test_a_traced_run_has_the_results_and_the_state_of_another():
    v = tf.Variable(0.0)
    up = [tf.assign_add(v, 1.0), tf.random_uniform([2], seed=1)]
    plain, traced = tf.Session(), tf.Session()
    options = tf.RunOptions(trace_level=1, timeout_in_ms=60000)
    for session in (plain, traced):
        session.run(v.initializer)
    for _ in range(3):
        a = plain.run(up)
        b = traced.run(up, options=options, run_metadata=tf.RunMetadata())
        assert a[0] == b[0]
        np.testing.assert_array_equal(a[1], b[1])
    assert traced.run(v) == 3.0
