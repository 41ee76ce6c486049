"""The messages that configure a session or a run; their fields are those of TensorFlow 1.15.

Most fields mean nothing here.  They are accepted so that programs run unchanged.
"""

from tfgrad._src.graph import proto
from tfgrad._src.graph.message import Message
from tfgrad._src.runtime import step_stats


class GPUOptions(Message):
    """Options for GPUs."""

    class Experimental(Message):
        """More options for GPUs."""

        class VirtualDevices(Message):
            """How one GPU is divided."""

            FIELDS = """
                memory_limit_mb  1  float*
            """

        FIELDS = """
            virtual_devices              1  GPUOptions.Experimental.VirtualDevices*
            use_unified_memory           2  bool
            num_dev_to_dev_copy_streams  3  int32
            collective_ring_order        4  string
            timestamped_allocator        5  bool
            kernel_tracker_max_interval  7  int32
            kernel_tracker_max_bytes     8  int32
            kernel_tracker_max_pending   9  int32
        """

    FIELDS = """
        per_process_gpu_memory_fraction  1  double
        allocator_type                   2  string
        deferred_deletion_bytes          3  int64
        allow_growth                     4  bool
        visible_device_list              5  string
        polling_active_delay_usecs       6  int32
        polling_inactive_delay_msecs     7  int32
        force_gpu_compatible             8  bool
        experimental                     9  GPUOptions.Experimental
    """


class OptimizerOptions(Message):
    """Options for graph rewriting."""

    ENUMS = """
        Level           L1=0 L0=-1
        GlobalJitLevel  DEFAULT=0 OFF=-1 ON_1=1 ON_2=2
    """
    FIELDS = """
        do_common_subexpression_elimination  1  bool
        do_constant_folding                  2  bool
        opt_level                            3  Level
        do_function_inlining                 4  bool
        global_jit_level                     5  GlobalJitLevel
        max_folded_constant_in_bytes         6  int64
    """


class AutoParallelOptions(Message):
    """Options for automatic replicas."""

    FIELDS = """
        enable        1  bool
        num_replicas  2  int32
    """


class ScopedAllocatorOptions(Message):
    """Options for buffers in common."""

    FIELDS = """
        enable_op  1  string*
    """


class VerifierConfig(Message):
    """Options for checks of graph passes."""

    ENUMS = """
        Toggle  DEFAULT=0 ON=1 OFF=2
    """
    FIELDS = """
        verification_timeout_in_ms  1  int64
        structure_verifier          2  Toggle
    """


class RewriterConfig(Message):
    """Which of TensorFlow's graph passes are on."""

    class CustomGraphOptimizer(Message):
        """A pass of the user's."""

        FIELDS = """
            name           1  string
            parameter_map  2  string -> AttrValue
        """

    ENUMS = """
        Toggle             DEFAULT=0 ON=1 OFF=2 AGGRESSIVE=3
        NumIterationsType  DEFAULT_NUM_ITERS=0 ONE=1 TWO=2
        MemOptType         DEFAULT_MEM_OPT=0 NO_MEM_OPT=1 MANUAL=2 SWAPPING_HEURISTICS=4
                           RECOMPUTATION_HEURISTICS=5 SCHEDULING_HEURISTICS=6 HEURISTICS=3
    """
    FIELDS = """
        layout_optimizer                         1    Toggle
        disable_model_pruning                    2    bool
        constant_folding                         3    Toggle
        memory_optimization                      4    MemOptType
        auto_parallel                            5    AutoParallelOptions
        memory_optimizer_target_node_name_scope  6    string
        arithmetic_optimization                  7    Toggle
        dependency_optimization                  8    Toggle
        loop_optimization                        9    Toggle
        function_optimization                    10   Toggle
        debug_stripper                           11   Toggle
        meta_optimizer_iterations                12   NumIterationsType
        shape_optimization                       13   Toggle
        remapping                                14   Toggle
        scoped_allocator_optimization            15   Toggle
        scoped_allocator_opts                    16   ScopedAllocatorOptions
        min_graph_nodes                          17   int32
        pin_to_host_optimization                 18   Toggle
        disable_meta_optimizer                   19   bool
        meta_optimizer_timeout_ms                20   int64
        fail_on_optimizer_errors                 21   bool
        implementation_selector                  22   Toggle
        auto_mixed_precision                     23   Toggle
        optimizers                               100  string*
        custom_optimizers                        200  RewriterConfig.CustomGraphOptimizer*
        inter_optimizer_verifier_config          300  VerifierConfig
        post_optimization_verifier_config        301  VerifierConfig
    """


class GraphOptions(Message):
    """Options for graphs."""

    FIELDS = """
        enable_recv_scheduling    2   bool
        optimizer_options         3   OptimizerOptions
        build_cost_model          4   int64
        infer_shapes              5   bool
        place_pruned_graph        6   bool
        enable_bfloat16_sendrecv  7   bool
        timeline_step             8   int32
        build_cost_model_after    9   int64
        rewrite_options           10  RewriterConfig
    """


class ThreadPoolOptionProto(Message):
    """A thread pool."""

    FIELDS = """
        num_threads  1  int32
        global_name  2  string
    """


class RPCOptions(Message):
    """Options for calls between processes."""

    FIELDS = """
        use_rpc_for_inprocess_master        1  bool
        compression_algorithm               2  string
        compression_level                   3  int32
        cache_rpc_response                  4  bool
        disable_session_connection_sharing  5  bool
    """


class JobDef(Message):
    """The processes of one job."""

    FIELDS = """
        name   1  string
        tasks  2  int32 -> string
    """


class ClusterDef(Message):
    """The processes of a cluster."""

    FIELDS = """
        job  1  JobDef*
    """


class SessionMetadata(Message):
    """A name for a session."""

    FIELDS = """
        name     1  string
        version  2  int64
    """


class ConfigProto(Message):
    """Options for a `tf.Session`.

    What has an effect: ``device_count`` (``{"GPU": 0}`` keeps programs on the CPU), ``gpu_options``
    (memory and visible devices, if no session has run before), ``allow_soft_placement`` (an
    explicit False makes devices that do not exist an error), ``log_device_placement``,
    ``operation_timeout_in_ms``, ``graph_options`` where ``docs/runtime.md`` says so.  All other
    fields are accepted: XLA schedules threads and memory by itself.

    Example:
      >>> config = tf.ConfigProto(allow_soft_placement=True)
      >>> config.gpu_options.allow_growth = True
      >>> session = tf.Session(config=config)
    """

    class Experimental(Message):
        """Options that may go away."""

        FIELDS = """
            collective_group_leader                         1   string
            executor_type                                   3   string
            recv_buf_max_chunk                              4   int32
            use_numa_affinity                               5   bool
            collective_deterministic_sequential_execution   6   bool
            collective_nccl                                 7   bool
            share_session_state_in_clusterspec_propagation  8   bool
            disable_thread_spinning                         9   bool
            share_cluster_devices_in_session                10  bool
            session_metadata                                11  SessionMetadata
            optimize_for_static_graph                       12  bool
        """

    FIELDS = """
        device_count                      1   string -> int32
        intra_op_parallelism_threads      2   int32
        placement_period                  3   int32
        device_filters                    4   string*
        inter_op_parallelism_threads      5   int32
        gpu_options                       6   GPUOptions
        allow_soft_placement              7   bool
        log_device_placement              8   bool
        use_per_session_threads           9   bool
        graph_options                     10  GraphOptions
        operation_timeout_in_ms           11  int64
        session_inter_op_thread_pool      12  ThreadPoolOptionProto*
        rpc_options                       13  RPCOptions
        cluster_def                       14  ClusterDef
        isolate_session_state             15  bool
        experimental                      16  ConfigProto.Experimental
        share_cluster_devices_in_session  17  bool
    """


class DebugTensorWatch(Message):
    """A tensor that the debugger watches."""

    FIELDS = """
        node_name                            1  string
        output_slot                          2  int32
        debug_ops                            3  string*
        debug_urls                           4  string*
        tolerate_debug_op_creation_failures  5  bool
    """


class DebugOptions(Message):
    """Options for the debugger."""

    FIELDS = """
        debug_tensor_watch_opts  4   DebugTensorWatch*
        global_step              10  int64
        reset_disk_byte_usage    11  bool
    """


class RunOptions(Message):
    """Options for one call of `tf.Session.run`.

    ``trace_level`` above ``NO_TRACE`` fills in ``step_stats`` of the `tf.RunMetadata`;
    ``timeout_in_ms`` bounds the time of the run; ``output_partition_graphs`` hands out the nodes
    that ran.

    Example:
      >>> options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE, timeout_in_ms=5000)
    """

    class Experimental(Message):
        """Options that may go away."""

        FIELDS = """
            collective_graph_key  1  int64
            use_run_handler_pool  2  bool
        """

    ENUMS = """
        TraceLevel  NO_TRACE=0 SOFTWARE_TRACE=1 HARDWARE_TRACE=2 FULL_TRACE=3
    """
    FIELDS = """
        trace_level                         1  TraceLevel
        timeout_in_ms                       2  int64
        inter_op_thread_pool                3  int32
        output_partition_graphs             5  bool
        debug_options                       6  DebugOptions
        report_tensor_allocations_upon_oom  7  bool
        experimental                        8  RunOptions.Experimental
    """


class RunMetadata(Message):
    """What a run reports about itself, as far as its `tf.RunOptions` ask for it.

    Example:
      >>> metadata = tf.RunMetadata()
      >>> options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
      >>> _ = tf.Session().run(tf.square(tf.range(3)), options=options, run_metadata=metadata)
      >>> [node.node_name for node in metadata.step_stats.dev_stats[0].node_stats]
      ['stage_0/compile', 'stage_0']
    """

    class FunctionGraphs(Message):
        """The graphs of one function."""

        FIELDS = """
            partition_graphs         1  GraphDef*
            pre_optimization_graph   2  GraphDef
            post_optimization_graph  3  GraphDef
        """

    FIELDS = """
        step_stats        1  StepStats
        cost_graph        2  CostGraphDef
        partition_graphs  3  GraphDef*
        function_graphs   4  RunMetadata.FunctionGraphs*
    """
