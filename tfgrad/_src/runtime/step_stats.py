"""The messages that say what a run did and when, and on which devices."""

from tfgrad._src.graph.message import Message


class AllocationDescription(Message):
    """A piece of memory."""

    FIELDS = """
        requested_bytes       1  int64
        allocated_bytes       2  int64
        allocator_name        3  string
        allocation_id         4  int64
        has_single_reference  5  bool
        ptr                   6  uint64
    """


class AllocationRecord(Message):
    """One allocation."""

    FIELDS = """
        alloc_micros  1  int64
        alloc_bytes   2  int64
    """


class AllocatorMemoryUsed(Message):
    """Memory that a part of a run has used."""

    FIELDS = """
        allocator_name          1  string
        total_bytes             2  int64
        peak_bytes              3  int64
        live_bytes              4  int64
        allocator_bytes_in_use  5  int64
        allocation_records      6  AllocationRecord*
    """


class TensorDescription(Message):
    """Type, shape and memory of an array."""

    FIELDS = """
        dtype                   1  DataType
        shape                   2  TensorShapeProto
        allocation_description  4  AllocationDescription
    """


class NodeOutput(Message):
    """One output."""

    FIELDS = """
        slot                1  int32
        tensor_description  3  TensorDescription
    """


class MemoryStats(Message):
    """Sums of memory."""

    FIELDS = """
        temp_memory_size                    1  int64
        device_temp_memory_size             2  int64
        persistent_memory_size              3  int64
        device_persistent_memory_size       4  int64
        persistent_tensor_alloc_ids         5  int64*
        device_persistent_tensor_alloc_ids  6  int64*
    """


class NodeExecStats(Message):
    """One part of a run: a compilation, a compiled stage or an op on the host.

    Times without ``rel`` are since 1970, those with it since ``all_start``.
    """

    FIELDS = """
        node_name            1   string
        all_start_micros     2   int64
        op_start_rel_micros  3   int64
        op_end_rel_micros    4   int64
        all_end_rel_micros   5   int64
        memory               6   AllocatorMemoryUsed*
        output               7   NodeOutput*
        timeline_label       8   string
        scheduled_micros     9   int64
        thread_id            10  uint32
        referenced_tensor    11  AllocationDescription*
        memory_stats         12  MemoryStats
        all_start_nanos      13  int64
        op_start_rel_nanos   14  int64
        op_end_rel_nanos     15  int64
        all_end_rel_nanos    16  int64
        scheduled_nanos      17  int64
    """


class DeviceStepStats(Message):
    """What ran on one device."""

    FIELDS = """
        device        1  string
        node_stats    2  NodeExecStats*
        thread_names  3  uint32 -> string
    """


class StepStats(Message):
    """When the parts of a run began and ended, by device."""

    FIELDS = """
        dev_stats  1  DeviceStepStats*
    """


class CostGraphDef(Message):
    """Estimated costs, by node."""

    class Node(Message):
        """One node."""

        class InputInfo(Message):
            """Where an input comes from."""

            FIELDS = """
                preceding_node  1  int32
                preceding_port  2  int32
            """

        class OutputInfo(Message):
            """What an output is."""

            FIELDS = """
                size              1  int64
                alias_input_port  2  int64
                shape             3  TensorShapeProto
                dtype             4  DataType
            """

        FIELDS = """
            name                           1   string
            device                         2   string
            id                             3   int32
            input_info                     4   CostGraphDef.Node.InputInfo*
            output_info                    5   CostGraphDef.Node.OutputInfo*
            temporary_memory_size          6   int64
            is_final                       7   bool
            control_input                  8   int32*
            compute_cost                   9   int64
            host_temp_memory_size          10  int64
            device_temp_memory_size        11  int64
            persistent_memory_size         12  int64
            compute_time                   14  int64
            memory_time                    15  int64
            device_persistent_memory_size  16  int64
            inaccurate                     17  bool
        """

    FIELDS = """
        node  1  CostGraphDef.Node*
    """


class InterconnectLink(Message):
    """One connection."""

    FIELDS = """
        device_id  1  int32
        type       2  string
        strength   3  int32
    """


class LocalLinks(Message):
    """How a device is connected."""

    FIELDS = """
        link  1  InterconnectLink*
    """


class DeviceLocality(Message):
    """Where a device is."""

    FIELDS = """
        bus_id     1  int32
        numa_node  2  int32
        links      3  LocalLinks
    """


class DeviceAttributes(Message):
    """What is known of a device."""

    FIELDS = """
        name                  1  string
        device_type           2  string
        memory_limit          4  int64
        locality              5  DeviceLocality
        incarnation           6  fixed64
        physical_device_desc  7  string
    """
