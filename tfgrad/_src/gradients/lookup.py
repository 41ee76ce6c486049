"""No gradient passes through tables, nor through the making of numbers from bytes and text."""

from tfgrad._src.gradients.registry import not_differentiable

_OLD = (
    "HashTable", "InitializeTable", "InitializeTableFromTextFile", "LookupTableFind",
    "LookupTableInsert", "LookupTableSize", "MutableDenseHashTable", "MutableHashTable",
    "MutableHashTableOfTensors",
)  # fmt: skip
not_differentiable(*_OLD, *(f"{name}V2" for name in _OLD))
not_differentiable(
    "AsString", "DecodeBase64", "DecodePaddedRaw", "DecodeRaw", "EncodeBase64",
    "GenerateVocabRemapping", "ParseTensor",
    "ReduceJoin", "RegexReplace", "SerializeTensor", "StringJoin", "StringSplit",
    "StringToHashBucket",
    "StringToHashBucketFast", "StringToHashBucketStrong", "StringToNumber",
)  # fmt: skip
