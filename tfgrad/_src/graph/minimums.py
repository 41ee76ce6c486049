"""The least value of an attribute, or the least length of one that is a list."""

_SAMPLERS = "AllCandidateSampler FixedUnigramCandidateSampler LearnedUnigramCandidateSampler " \
    "LogUniformCandidateSampler ThreadUnsafeUnigramCandidateSampler " \
    "UniformCandidateSampler"  # fmt: skip
_DILATIONS = "Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput ExtractImagePatches"
_WINDOWS = "AvgPool AvgPoolGrad MaxPool MaxPoolGrad MaxPoolGradGrad MaxPoolGradGradWithArgmax " \
    "MaxPoolGradWithArgmax MaxPoolWithArgmax"  # fmt: skip
_VOLUMES = "AvgPool3D AvgPool3DGrad MaxPool3D MaxPool3DGrad MaxPool3DGradGrad ExtractVolumePatches"
_CONVOLUTIONS = "Conv3D Conv3DBackpropFilter Conv3DBackpropFilterV2 Conv3DBackpropInput " \
    "Conv3DBackpropInputV2"  # fmt: skip

# fmt: off
_ROWS = [  # attribute, minimum, op types
    ("num_true", 1, _SAMPLERS),
    ("num_sampled", 1, _SAMPLERS),
    ("range_max", 1, _SAMPLERS.replace("AllCandidateSampler ", "")),
    ("shard", 0, "FixedUnigramCandidateSampler"),
    ("num_shards", 1, "FixedUnigramCandidateSampler"),
    ("beam_width", 1, "CTCBeamSearchDecoder"),
    ("top_paths", 1, "CTCBeamSearchDecoder"),
    ("num_partitions", 1, "DynamicPartition"),
    ("num_split", 1, "SparseSplit Split SplitV"),
    ("num_buckets", 1, "StringToHashBucket StringToHashBucketFast StringToHashBucketStrong"),
    ("num_buckets", 0, "SparseCross"),
    ("k", 0, "ApproxTopK TopK"),
    ("num", 0, "Unpack"),
    ("minlength", -1, "DenseCountSparseOutput SparseCountSparseOutput"),
    ("maxlength", -1, "DenseCountSparseOutput SparseCountSparseOutput"),
    ("vocab_size", -1, "InitializeTableFromTextFile InitializeTableFromTextFileV2"),
    ("key_index", -2, "InitializeTableFromTextFile InitializeTableFromTextFileV2"),
    ("value_index", -2, "InitializeTableFromTextFile InitializeTableFromTextFileV2"),
    ("N", 1, "AccumulateNV2 AddN DynamicStitch Einsum Pack ParallelConcat ShapeN"),
    ("N", 1, "ParallelDynamicStitch"),
    ("N", 2, "Concat ConcatOffset ConcatV2 QuantizedConcat SparseConcat"),
    ("block_size", 2, "BatchToSpace DepthToSpace SpaceToBatch SpaceToDepth"),
    ("pooling_ratio", 4, "FractionalAvgPool FractionalMaxPool"),
    ("ksize", 4, _WINDOWS),
    ("strides", 4, _WINDOWS + " " + _DILATIONS),
    ("rates", 4, _DILATIONS),
    ("ksizes", 4, "ExtractImagePatches"),
    ("ksizes", 5, "ExtractVolumePatches"),
    ("ksize", 5, _VOLUMES.replace(" ExtractVolumePatches", "")),
    ("strides", 5, _VOLUMES + " " + _CONVOLUTIONS),
    ("T", 1, "Assert IdentityN"),
    ("OUT_TYPE", 1, "DecodeCSV"),
]
# fmt: on
MINIMUM = {(op_type, attr): low for attr, low, types in _ROWS for op_type in types.split()}


def too_few(op_type: str, attr: str, value) -> str:
    """What is wrong with a value of an attribute that has a minimum, or ""."""
    low = MINIMUM.get((op_type, attr))
    if low is None or value is None:
        return ""
    if isinstance(value, list | tuple):
        if len(value) >= low:
            return ""
        return (
            f"Attr '{attr}' of '{op_type}' Op passed list of length {len(value)} less than "
            f"minimum {low}."
        )
    return "" if value >= low else (
        f"Attr '{attr}' of '{op_type}' Op passed {value} less than minimum {low}."
    )  # fmt: skip
