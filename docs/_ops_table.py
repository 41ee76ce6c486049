"""Writes ``ops.md``: which of TensorFlow's op types are here, what each has, and what is absent.

    python docs/_ops_table.py

What is here comes from the registry, the orders from the rows in ``tests/gradients/orders.py``, and
TensorFlow's op types and gradients from the recordings in ``tests/golden``.  A test compares the
page with what this writes.
"""

import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PAGE = HERE / "ops.md"
GOLDEN = HERE.parent / "tests/golden"


class Family(NamedTuple):
    """Op types that are absent for one reason; ``patterns`` are those of file names."""

    name: str
    reason: str
    patterns: str


# The first row that matches counts.
OUTSIDE = [
    Family(
        "Several devices",
        "one process and one program: how it is spread over devices is left to XLA",
        "AllToAll Collective* CopyToMesh* CrossReplicaSum Nccl* Relayout* Recv Send RemoteCall "
        "GlobalIterId SyncDevice",
    ),
    Family(
        "TPU",
        "made by TensorFlow's own rewriting for TPUs, or bound to their embedding hardware",
        "*TPU* Infeed* Outfeed* Prelinearize* XlaSparse* *SparseCore* *WithPhysicalReplica "
        "ConvertToCooTensor StoreMinibatch* WorkerHeartbeat Xla*ND *Xla*ND ComputeBatchSize",
    ),
    Family("cuDNN", "opaque parameter buffers of one library for GPUs", "CudnnRNN*"),
    Family(
        "Ragged tensors and composite tensors in one value",
        "there is no `tf.ragged`: rows are padded, or kept as sparse tensors",
        "Ragged* CompositeTensor*",
    ),
    Family(
        "Sparse matrices in rows (CSR)",
        "values of a type of their own; `tf.sparse` has the same products of sparse tensors",
        "SparseMatrix* *CSRSparseMatrix*",
    ),
    Family(
        "Quantised kernels of oneDNN",
        "TensorFlow runs them only with oneDNN, a library for Intel's processors, and then rounds "
        "as that does; all others of its quantised op types are here",
        "QuantizedConv2D?* QuantizedDepthwiseConv2D* QuantizedMatMulWith* QuantizedConcatV2",
    ),
    Family(
        "Boosted trees, coordinate ascent, clustering",
        "whole algorithms that train something else than a graph of layers",
        "*BoostedTrees* Sdca* KMC2* KmeansPlusPlus* NearestNeighbors",
    ),
    Family(
        "Debugger and watched copies",
        "put into graphs by TensorFlow's debugger",
        "Debug* Copy CopyHost CheckPinned",
    ),
]

LATER = [
    Family(
        "Branches, loops and calls",
        "not yet: they come with `tf.cond` and `tf.while_loop`",
        "If StatelessIf Case StatelessCase While StatelessWhile For PartitionedCall "
        "StatefulPartitionedCall SymbolicGradient FakeParam ToBool DeviceIndex",
    ),
    Family(
        "Branches and loops of old graphs",
        "not yet: `tf.cond` and `tf.while_loop` make functions, as in the reference; graphs that "
        "TensorFlow 1 has written hold these",
        "Switch Merge Enter Exit LoopCond NextIteration RefSwitch RefMerge RefEnter RefExit "
        "RefNextIteration RefSelect ControlTrigger",
    ),
    Family(
        "Lists of tensors and stacks",
        "not yet: they come with loops",
        "TensorArray* TensorList* EmptyTensorList Stack StackV2 StackPop* StackPush* StackClose*",
    ),
    Family(
        "Maps and optional values",
        "values of a type of their own, used inside input pipelines",
        "TensorMap* EmptyTensorMap Optional*",
    ),
    Family(
        "Lookup tables",
        "not yet: tables that are filled from datasets, and matrices of checkpoints",
        "InitializeTable* LoadAndRemapMatrix",
    ),
    Family(
        "Datasets and iterators",
        "not yet: arrays are fed",
        "*Dataset* *Iterator* *SeedGenerator *MemoryCache StatsAggregator* *StatsAggregator* "
        "*ThreadPoolHandle CompressElement UncompressElement GetElementAtIndex GetOptions WindowOp "
        "*DummyIterationCounter",
    ),
    Family(
        "Queues, readers, barriers and staging areas",
        "not yet: arrays are fed",
        "*Queue Queue* *QueueV2 *Reader *ReaderV2 Reader* Barrier* *Stage *Unstage* StageClear "
        "StagePeek StageSize MapClear MapIncompleteSize MapPeek MapSize OrderedMap* RecordInput "
        "*Accumulator* Batch BatchFunction Unbatch UnbatchGrad",
    ),
    Family(
        "Protocol buffers",
        "messages of any type, by descriptors; records (`tf.train.Example`) are here",
        "DecodeProtoV2 EncodeProto",
    ),
    Family(
        "Summaries",
        "not yet",
        "*Summary *SummaryV2 *SummaryWriter CreateSummary* ImportEvent",
    ),
    Family(
        "Checkpoints",
        "not yet: they come with `tf.train.Saver`",
        "Save* Restore* MergeV2Checkpoints ShardedFile* DistributedSave DisableCopyOnRead",
    ),
    Family(
        "Sound",
        "arithmetic in whole numbers for small devices; `AudioSpectrogram` and `Mfcc` are here",
        "AudioMicrofrontend",
    ),
]

# Of these TensorFlow has neither a gradient nor a declaration that there is none.
REST = Family(
    "Others",
    "used by none of the programs that were looked at, or only by other types of this list",
    "*",
)

# Counted nowhere: what it calls is differentiated with eager tensors.
EAGER = "EagerPyFunc"

HEAD = """\
# Op types

TensorFlow 2.21 offers {all} op types, and has a gradient for {differentiable} of them, not counting
those of several devices, TPUs, cuDNN, ragged tensors and sparse matrices in rows.

| of the {differentiable} with a gradient in TensorFlow | |
|---|---|
| defined here | {defined} |
| can be run | {run} |
| shape rule | {shape} |
| gradient | {gradient} |
| first derivative tested | {order1} |
| second | {order2} |
| third | {order3} |
| no derivative passes, which is tested | {order0} |
| absent | {absent} |

{more} further op types are defined, of which {extra} have a gradient that TensorFlow lacks.

Signatures and default values are compared with TensorFlow's for all of them, and so are values and
graphs in the cases of `tests/golden`. `tests/test_shape_rules.py` forgets lengths, ranks and values
of the inputs of each and finds that the shape rule never says what is not so, but for the few whose
rule in TensorFlow does; they are listed there. `tf.raw_ops` has all op types.
[Gradients](gradients.md) has the remarks on derivatives.

This page is written by `docs/_ops_table.py`.

## What is here

In the column *runs*, a *program* is compiled by XLA; *numpy* means that shape arithmetic is done
before one is compiled, on the host; a *step* runs on the host, between programs. A gradient with a
plus sign is one that TensorFlow lacks; *none* is declared not to exist, as in TensorFlow. The last
column has the order to which derivatives are tested.

| op type | runs | shape rule | gradient | order |
|---|---|---|---|---|
"""

ABSENT = """
## What is absent

Op types set in bold have a gradient in TensorFlow.

| family | why | op types |
|---|---|---|
"""

SHOWN = 40  # names of a family


def runs(op) -> str:
    if op.type in ("Variable", "VariableV2", "VarHandleOp", "TemporaryVariable"):
        return "holds a value"
    if op.lower is None:
        return "step"
    return "program, numpy" if op.host is not None and not op.is_stateful else "program"


def has_rule(op) -> bool:
    """Whether a shape rule says something: one that knows nothing is written for TensorFlow's."""
    return not op.outputs or (op.shape is not None and op.shape.__name__ != "unknown")


def family_of(op_type: str) -> Family | None:
    for family in (*OUTSIDE, *LATER):
        if any(fnmatchcase(op_type, pattern) for pattern in family.patterns.split()):
            return family
    return None


def text() -> str:
    """The whole page."""
    from tests.gradients.orders import ROWS
    from tfgrad._src.gradients.registry import GRADIENTS
    from tfgrad._src.graph.registry import OPS

    definitions = json.loads((GOLDEN / "op_defs.json").read_text())
    public = json.loads((GOLDEN / "raw_ops.json").read_text())
    registered = {t: definitions[t][4] if t in definitions else None for t in public}
    registered |= {t: d[4] for t, d in definitions.items() if d[4]}
    differentiable = [
        t
        for t, found in registered.items()
        if found == "yes" and t != EAGER and family_of(t) not in OUTSIDE
    ]
    orders = dict.fromkeys(OPS, 0)
    for row in ROWS:
        orders[row.op_type] = max(orders.get(row.op_type, 0), row.order)
    nothing_passes = {row.op_type for row in ROWS} - {r.op_type for r in ROWS if r.order}

    here = [t for t in differentiable if t in OPS]
    extra = [t for t in OPS if GRADIENTS.get(t) and registered.get(t) != "yes"]
    numbers = {
        "all": len(registered),
        "differentiable": len(differentiable),
        "defined": len(here),
        "run": sum(bool(OPS[t].lower or OPS[t].step) for t in here),
        "shape": sum(has_rule(OPS[t]) for t in here),
        "gradient": sum(bool(GRADIENTS.get(t)) for t in here),
        "absent": len(differentiable) - len(here),
        "more": len(OPS) - len(here),
        "extra": len(extra),
    }
    numbers["order0"] = sum(t in nothing_passes for t in here)
    for n in (1, 2, 3):
        numbers[f"order{n}"] = sum(orders[t] >= n for t in here)
    lines = []
    for t, op in sorted(OPS.items()):
        gradient = "–"
        if t in GRADIENTS:
            gradient = "none" if GRADIENTS[t] is None else "yes +" if t in extra else "yes"
        order = orders[t] or ("zero" if t in nothing_passes else "")
        rule = "yes" if has_rule(op) else "–"
        lines.append(f"| `{t}` | {runs(op)} | {rule} | {gradient} | {order} |\n")
    absent = sorted(t for t in registered if t not in OPS)
    return HEAD.format(**numbers) + "".join(lines) + ABSENT + families(absent, registered)


def families(absent: list[str], registered: dict) -> str:
    """The rows of the families: first what may come, then what will not."""
    members: dict[Family, list[str]] = {f: [] for f in (*LATER, *OUTSIDE, REST)}
    for t in absent:
        family = family_of(t)
        if family is None:
            if registered[t]:
                raise ValueError(f"no family of absent op types has {t}")
            family = REST
        members[family].append(t)
    lines = []
    for family, found in members.items():
        if not found:
            raise ValueError(f"nothing of the family {family.name!r} is absent: remove the row")
        found.sort(key=lambda t: registered[t] != "yes")
        shown = [f"**`{t}`**" if registered[t] == "yes" else f"`{t}`" for t in found[:SHOWN]]
        rest = [f"{len(found) - SHOWN} more"] if len(found) > SHOWN else []
        lines.append(f"| {family.name} | {family.reason} | {', '.join(shown + rest)} |\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    PAGE.write_text(text(), encoding="utf-8")
