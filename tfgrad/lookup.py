"""`tf.lookup`: tables from keys to values."""

from tfgrad._src.functions.lookup import (
    KeyValueTensorInitializer,
    StaticHashTable,
    TextFileIndex,
    TextFileInitializer,
)
from tfgrad._src.functions.lookup_words import (
    StaticVocabularyTable,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "KeyValueTensorInitializer",
    "StaticHashTable",
    "StaticVocabularyTable",
    "TextFileIndex",
    "TextFileInitializer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
