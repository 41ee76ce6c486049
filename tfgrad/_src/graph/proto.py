"""The messages of a serialized graph: ``GraphDef``, ``NodeDef``, ``AttrValue`` and their kin.

Names and numbers of the fields are TensorFlow's, so that a graph written here is read there, and
the reverse.  They are this table and the small codec of ``message.py`` and ``wire.py``, not
generated protobuf code, for two reasons: a base install stays at jax, jaxlib and numpy (generated
code ties itself to a range of protobuf versions, a common cause of installs that exclude each
other), and ``import tfgrad`` does not pay for descriptors that only a program that saves its graph
needs.

Left out, and so carried along as unread bytes: debug information, full types, resource and variant
elements of a TensorProto.
"""

from tfgrad._src.graph.message import Message
from tfgrad._src.graph.wire import DecodeError

__all__ = [
    "AttrValue",
    "DecodeError",
    "FunctionDef",
    "FunctionDefLibrary",
    "GradientDef",
    "GraphDef",
    "Message",
    "NameAttrList",
    "NodeDef",
    "OpDef",
    "OpDeprecation",
    "TensorProto",
    "TensorShapeProto",
    "VersionDef",
]


class VersionDef(Message):
    """Which versions of the format wrote a graph and may read it."""

    FIELDS = """
        producer       1   int32
        min_consumer   2   int32
        bad_consumers  3   int32*
    """


class TensorShapeProto(Message):
    """A partial shape: a dimension of size -1 is unknown."""

    class Dim(Message):
        """One dimension."""

        FIELDS = """
            size  1   int64
            name  2   string
        """

    FIELDS = """
        dim           2   TensorShapeProto.Dim*
        unknown_rank  3   bool
    """


class TensorProto(Message):
    """An array: as raw little-endian bytes, or as a list of which the last element repeats."""

    FIELDS = """
        dtype           1    DataType
        tensor_shape    2    TensorShapeProto
        version_number  3    int32
        tensor_content  4    bytes
        float_val       5    float*
        double_val      6    double*
        int_val         7    int32*
        string_val      8    bytes*
        scomplex_val    9    float*
        int64_val       10   int64*
        bool_val        11   bool*
        dcomplex_val    12   double*
        half_val        13   int32*
        uint32_val      16   uint32*
        uint64_val      17   uint64*
        float8_val      18   bytes
    """


class NameAttrList(Message):
    """A function and the attributes that it is called with."""

    FIELDS = """
        name  1   string
        attr  2   string -> AttrValue
    """


class AttrValue(Message):
    """The value of one attribute of a node."""

    class ListValue(Message):
        """A list; one of the fields holds its elements."""

        FIELDS = """
            s       2   bytes*
            i       3   int64*
            f       4   float*
            b       5   bool*
            type    6   DataType*
            shape   7   TensorShapeProto*
            tensor  8   TensorProto*
            func    9   NameAttrList*
        """

    FIELDS = """
        list         1    AttrValue.ListValue?
        s            2    bytes?
        i            3    int64?
        f            4    float?
        b            5    bool?
        type         6    DataType?
        shape        7    TensorShapeProto?
        tensor       8    TensorProto?
        placeholder  9    string?
        func         10   NameAttrList?
    """


class NodeDef(Message):
    """One node; an input is ``name``, ``name:index`` or ``^name`` (a control input)."""

    FIELDS = """
        name    1   string
        op      2   string
        input   3   string*
        device  4   string
        attr    5   string -> AttrValue
    """


class OpDeprecation(Message):
    """Since which version of the format an op type may not be used, and why."""

    FIELDS = """
        version      1   int32
        explanation  2   string
    """


class OpDef(Message):
    """The signature of an op type or of a function."""

    class ArgDef(Message):
        """One input or output."""

        FIELDS = """
            name            1    string
            description     2    string
            type            3    DataType
            type_attr       4    string
            number_attr     5    string
            type_list_attr  6    string
            is_ref          16   bool
        """

    class AttrDef(Message):
        """One attribute."""

        FIELDS = """
            name            1   string
            type            2   string
            default_value   3   AttrValue
            description     4   string
            has_minimum     5   bool
            minimum         6   int64
            allowed_values  7   AttrValue
        """

    FIELDS = """
        name                          1    string
        input_arg                     2    OpDef.ArgDef*
        output_arg                    3    OpDef.ArgDef*
        attr                          4    OpDef.AttrDef*
        summary                       5    string
        description                   6    string
        deprecation                   8    OpDeprecation
        is_aggregate                  16   bool
        is_stateful                   17   bool
        is_commutative                18   bool
        allows_uninitialized_input    19   bool
        control_output                20   string*
        is_distributed_communication  21   bool
    """


class FunctionDef(Message):
    """A function: its signature, its nodes, and which of their outputs it returns."""

    class ArgAttrs(Message):
        """The attributes of one argument."""

        FIELDS = """
            attr  1   string -> AttrValue
        """

    FIELDS = """
        signature               1   OpDef
        node_def                3   NodeDef*
        ret                     4   string -> string
        attr                    5   string -> AttrValue
        control_ret             6   string -> string
        arg_attr                7   uint32 -> FunctionDef.ArgAttrs
        resource_arg_unique_id  8   uint32 -> uint32
    """


class GradientDef(Message):
    """Which function is the gradient of which."""

    FIELDS = """
        function_name  1   string
        gradient_func  2   string
    """


class FunctionDefLibrary(Message):
    """The functions that the nodes of a graph call."""

    FIELDS = """
        function  1   FunctionDef*
        gradient  2   GradientDef*
    """


class GraphDef(Message):
    """A graph."""

    FIELDS = """
        node      1   NodeDef*
        library   2   FunctionDefLibrary
        version   3   int32
        versions  4   VersionDef
    """
