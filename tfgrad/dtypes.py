"""`tf.dtypes`: element types."""

from tfgrad._src.functions.cast import (
    cast,
    saturate_cast,
)
from tfgrad._src.functions.cwise_unary import (
    complex,
)
from tfgrad._src.functions.strings import (
    as_string,
)
from tfgrad._src.graph.dtypes import (
    QUANTIZED_DTYPES,
    DType,
    as_dtype,
    bfloat16,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)
from tfgrad._src.graph.dtypes import (
    bool_ as bool,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "DType",
    "QUANTIZED_DTYPES",
    "as_dtype",
    "as_string",
    "bfloat16",
    "bool",
    "cast",
    "complex",
    "complex128",
    "complex64",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int16",
    "int32",
    "int64",
    "int8",
    "qint16",
    "qint32",
    "qint8",
    "quint16",
    "quint8",
    "resource",
    "saturate_cast",
    "string",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "variant",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
