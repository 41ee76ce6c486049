"""Serialized graphs: our messages against the protobuf package, byte for byte.

The oracle is a set of protobuf classes that the protobuf package makes from our own table, so it
checks the codec.  The table was compared, field by field, with the descriptors of TensorFlow 2.21,
which also wrote the bytes in `test_bytes_are_those_of_tensorflow`.
"""

import contextlib
import copy
import functools
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tfgrad._src.graph import message, proto, wire
from tfgrad._src.graph.proto import AttrValue, FunctionDef, GraphDef, NodeDef, TensorProto
from tfgrad._src.runtime.config import ConfigProto, RunMetadata, RunOptions
from tfgrad._src.runtime.step_stats import DeviceAttributes

PACKAGE = "oracle"
INTEGER_RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "fixed64": (0, 2**64 - 1),
    "DataType": (0, 123),
}


@functools.cache
def oracle_classes() -> dict:
    """Protobuf classes made from our table, keyed by our qualified names."""
    descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2")
    from google.protobuf import descriptor_pool, message_factory

    types = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="oracle.proto", package=PACKAGE, syntax="proto3")
    enum = file.enum_type.add(name="DataType")
    for number, name in enumerate(wire.DATA_TYPE_NAMES):
        enum.value.add(name=f"DT_{name}", number=number)
        if number:
            enum.value.add(name=f"DT_{name}_REF", number=number + 100)

    def add_field(row, field, kind, repeated):
        out = row.field.add(name=field.name, number=field.number)
        out.label = types.LABEL_REPEATED if repeated else types.LABEL_OPTIONAL
        if kind == "DataType":
            out.type, out.type_name = types.TYPE_ENUM, f".{PACKAGE}.DataType"
        elif kind in wire.ENUMS:
            out.type, out.type_name = types.TYPE_ENUM, f".{PACKAGE}.{kind}"
        elif kind in wire.SCALARS:
            out.type = getattr(types, f"TYPE_{kind.upper()}")
        else:
            out.type, out.type_name = types.TYPE_MESSAGE, f".{PACKAGE}.{kind}"
        return out

    def add_entry(row, field, qualified):
        name = "".join(w.capitalize() for w in field.name.split("_")) + "Entry"
        entry = row.nested_type.add(name=name)
        entry.options.map_entry = True
        for number, (part, kind) in enumerate(
            [("key", field.map_key), ("value", field.kind)], start=1
        ):
            add_field(entry, field._replace(name=part, number=number), kind, repeated=False)
        add_field(row, field, f"{qualified}.{name}", repeated=True)

    rows = {}
    for qualified, ours in sorted(message._MESSAGES.items(), key=lambda kv: kv[0].count(".")):
        parent, _, name = qualified.rpartition(".")
        row = rows[parent].nested_type.add() if parent else file.message_type.add()
        row.name = name
        rows[qualified] = row
        for kind in wire.ENUMS:
            owner, _, name = kind.rpartition(".")
            if owner == qualified:
                nested = row.enum_type.add(name=name)
                for number, label in wire.ENUMS[kind].items():
                    nested.value.add(name=label, number=number)
                nested.value.sort(key=lambda v: v.number != 0)  # the first must be 0
        for field in ours._by_number.values():
            if field.map_key:
                add_entry(row, field, qualified)
                continue
            out = add_field(row, field, field.kind, field.repeated)
            if field.in_oneof:
                if not row.oneof_decl:
                    row.oneof_decl.add(name="value")
                out.oneof_index = 0
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))
        for name in rows
    }


def to_oracle(ours):
    """The protobuf message with the same bytes."""
    return oracle_classes()[type(ours).__qualname__].FromString(ours.SerializeToString())


def scalar_values(kind: str):
    if kind in INTEGER_RANGES:
        return st.integers(*INTEGER_RANGES[kind])
    if kind in wire.ENUMS:
        return st.sampled_from([*wire.ENUMS[kind], 77])
    return {
        "bool": st.booleans(),
        # Whether two NaNs have the same bits is the processor's business, not the codec's.
        "float": st.floats(width=32, allow_nan=False),
        "double": st.floats(allow_nan=False),
        "bytes": st.binary(max_size=5),
        "string": st.text(st.characters(codec="utf-8"), max_size=5),
    }[kind]


@st.composite
def filled(draw, cls, depth=3, max_entries=3):
    """A message of ours with random contents, submessages to the given depth."""
    result = cls()
    fields = [f for f in cls._by_name.values() if depth or f.kind in wire.SCALARS]
    for field in draw(st.lists(st.sampled_from(fields), max_size=4, unique=True)) if fields else []:
        scalar = field.kind in wire.SCALARS
        value = (
            scalar_values(field.kind)
            if scalar
            else filled(message._MESSAGES[field.kind], depth - 1, max_entries)
        )
        if field.map_key:
            keys = scalar_values(field.map_key)
            for key, entry in draw(st.dictionaries(keys, value, max_size=max_entries)).items():
                if scalar:
                    getattr(result, field.name)[key] = entry
                else:
                    getattr(result, field.name)[key].CopyFrom(entry)
        elif field.repeated:
            getattr(result, field.name).extend(draw(st.lists(value, max_size=3)))
        elif scalar:
            setattr(result, field.name, draw(value))
        else:
            getattr(result, field.name).CopyFrom(draw(value))
    return result


ROOTS = [
    GraphDef, NodeDef, AttrValue, TensorProto, FunctionDef, proto.OpDef,
    ConfigProto, RunOptions, RunMetadata, DeviceAttributes,
]  # fmt: skip
any_message = st.sampled_from(ROOTS).flatmap(filled)
# The order of map entries is the writer's own: protobuf's differs between its implementations.
any_message_with_small_maps = st.sampled_from(ROOTS).flatmap(lambda c: filled(c, max_entries=1))


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine it is
@given(any_message_with_small_maps)
def test_protobuf_writes_the_same_bytes(ours):
    data = ours.SerializeToString()
    assert to_oracle(ours).SerializeToString() == data


@given(any_message)
def test_each_side_reads_what_the_other_wrote(ours):
    theirs = to_oracle(ours)
    assert type(ours).FromString(theirs.SerializeToString()) == ours
    assert type(ours).FromString(ours.SerializeToString()) == ours


@given(any_message)
def test_text_is_that_of_protobuf(ours):
    from google.protobuf import text_format

    assert str(ours) == text_format.MessageToString(to_oracle(ours))


@given(st.sampled_from(ROOTS).flatmap(lambda c: st.tuples(filled(c), filled(c))))
def test_merging_is_that_of_protobuf(pair):
    a, b = pair
    theirs = to_oracle(a)
    theirs.MergeFrom(to_oracle(b))
    a.MergeFrom(b)
    assert type(a).FromString(theirs.SerializeToString()) == a


@given(st.binary(max_size=40))
def test_damaged_bytes_are_refused_or_read_but_never_crash(data):
    """Protobuf knows groups and we do not, so only the kind of failure is checked."""
    with contextlib.suppress(proto.DecodeError):
        GraphDef.FromString(data).SerializeToString()


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (TensorProto(dtype=1, float_val=[1.0]), "08012a040000803f"),
        (TensorProto(dtype=6, int_val=[-3]), "08063a0afdffffffffffffffff01"),
        (TensorProto(dtype=19, half_val=[15360]), "08136a028078"),
        (TensorProto(dtype=23, uint64_val=[1]), "08178a010101"),
        (TensorProto(dtype=7, string_val=[b"a", b"bc"]), "0807420161" + "42026263"),
    ],
    ids=["float", "negative", "half", "uint64", "strings"],
)
def test_bytes_are_those_of_tensorflow(built, expected):
    assert built.SerializeToString().hex() == expected


def test_unpacked_lists_are_read():
    """Old writers gave each number of a list its own tag."""
    unpacked = bytes.fromhex("38013802")  # int_val: 1, int_val: 2
    assert TensorProto.FromString(unpacked).int_val == [1, 2]


def test_unknown_fields_survive():
    data = NodeDef(name="x").SerializeToString() + bytes.fromhex("f20703616263")  # field 126
    node = NodeDef.FromString(data)
    assert node.name == "x"
    assert node.SerializeToString() == data
    assert copy.deepcopy(node).SerializeToString() == data


@pytest.mark.parametrize("data", ["0a05", "0a", "0b", "ffffffffffffffffffff01", "0a01ff", "00"])
def test_damaged_bytes_have_a_clear_error(data):
    with pytest.raises(proto.DecodeError):
        NodeDef.FromString(bytes.fromhex(data))


def test_setting_a_member_of_a_oneof_clears_the_others():
    value = AttrValue(i=3)
    assert value.WhichOneof("value") == "i"
    value.list.s.append(b"x")
    assert value.WhichOneof("value") == "list"
    assert value.i == 0
    value.b = False
    assert value.WhichOneof("value") == "b"
    assert not value.list.s


def test_reading_sets_nothing():
    value = AttrValue()
    assert value.shape.unknown_rank is False
    assert list(value.list.tensor) == []
    assert value.WhichOneof("value") is None
    graph = GraphDef()
    assert list(graph.library.function) == []
    assert not graph.HasField("library")


def test_changing_a_submessage_sets_it():
    value = AttrValue()
    value.tensor.tensor_shape.dim.add(size=2)
    assert value.WhichOneof("value") == "tensor"
    empty = AttrValue()
    empty.list.SetInParent()
    assert empty.WhichOneof("value") == "list"
    copied = AttrValue()
    copied.shape.CopyFrom(proto.TensorShapeProto())
    assert copied.HasField("shape")


def test_a_map_makes_the_entry_that_is_asked_for():
    node = NodeDef(attr={"T": AttrValue(type=1)})
    assert "N" not in node.attr
    assert node.attr.get("N") is None
    node.attr["N"].i = 2
    assert sorted(node.attr) == ["N", "T"]
    with pytest.raises(ValueError, match="CopyFrom"):
        node.attr["T"] = AttrValue(type=2)
    del node.attr["N"]
    assert dict(node.attr) == {"T": AttrValue(type=1)}


def test_added_messages_are_copies():
    node = NodeDef(name="x")
    graph = GraphDef()
    graph.node.extend([node])
    node.name = "changed"
    assert graph.node[0].name == "x"
    graph.node.add().CopyFrom(node)
    assert [n.name for n in graph.node] == ["x", "changed"]


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_copies_are_equal_and_apart(duplicate):
    node = NodeDef(name="x", input=["a"], attr={"T": AttrValue(type=1)})
    other = duplicate(node)
    assert other == node
    other.input.append("b")
    assert other != node


MISUSE = [
    (lambda n: setattr(n, "nmae", "x"), AttributeError),
    (lambda n: n.nmae, AttributeError),
    (lambda n: setattr(n, "input", ["x"]), AttributeError),
    (lambda n: setattr(n, "name", 3), TypeError),
    (lambda n: setattr(n.attr["s"], "s", "text"), TypeError),
    (lambda n: setattr(n.attr["i"], "i", 2**63), ValueError),
    (lambda n: setattr(n.attr["i"], "i", 1.5), TypeError),
    (lambda n: n.attr.update(T=AttrValue()), ValueError),
    (lambda n: n.HasField("name"), ValueError),
    (lambda n: n.WhichOneof("value"), ValueError),
    (lambda n: type(n)(nmae="x"), ValueError),
    (lambda n: n.CopyFrom(AttrValue()), TypeError),
    (hash, TypeError),
]


@pytest.mark.parametrize(("misuse", "error"), MISUSE)
def test_misuse_has_the_error_class_of_protobuf(misuse, error):
    with pytest.raises(error):
        misuse(NodeDef())
    with pytest.raises(error):
        misuse(oracle_classes()["NodeDef"]())
