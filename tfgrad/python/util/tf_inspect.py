"""`tf.python.util.tf_inspect`: a private import path of TensorFlow."""

from tfgrad._src.functions.decorators import (
    ArgSpec,
    FullArgSpec,
    currentframe,
    getargspec,
    getcallargs,
    getdoc,
    getfile,
    getframeinfo,
    getfullargspec,
    getmembers,
    getmodule,
    getmro,
    getsource,
    getsourcefile,
    getsourcelines,
    isbuiltin,
    isclass,
    isframe,
    isfunction,
    isgenerator,
    isgeneratorfunction,
    ismethod,
    ismodule,
    isroutine,
    stack,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "ArgSpec",
    "FullArgSpec",
    "currentframe",
    "getargspec",
    "getcallargs",
    "getdoc",
    "getfile",
    "getframeinfo",
    "getfullargspec",
    "getmembers",
    "getmodule",
    "getmro",
    "getsource",
    "getsourcefile",
    "getsourcelines",
    "isbuiltin",
    "isclass",
    "isframe",
    "isfunction",
    "isgenerator",
    "isgeneratorfunction",
    "ismethod",
    "ismodule",
    "isroutine",
    "stack",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
