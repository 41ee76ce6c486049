"""Switches between TensorFlow 1 and 2.  tfgrad is TensorFlow 1 and has one behaviour."""

from tfgrad._src.graph import errors


def disable_v2_behavior() -> None:
    """Does nothing: there is no v2 behaviour to disable."""


def disable_eager_execution() -> None:
    """Does nothing: operations are never run while the graph is built."""


def disable_tensor_equality() -> None:
    """Does nothing: ``==`` on tensors is identity, as in TensorFlow 1."""


def disable_v2_tensorshape() -> None:
    """Does nothing: the elements of a `tf.TensorShape` are `tf.Dimension`."""


def executing_eagerly() -> bool:
    """False: there is always a graph."""
    return False


def _refuse(what: str):
    raise errors.UnimplementedError(
        None, None, f"tfgrad builds graphs as TensorFlow 1 does; it has no {what}."
    )


def enable_v2_behavior() -> None:
    """Not available: raises ``tf.errors.UnimplementedError``."""
    _refuse("v2 behaviour")


def enable_eager_execution(config=None, device_policy=None, execution_mode=None) -> None:
    """Not available: raises ``tf.errors.UnimplementedError``."""
    _refuse("eager execution")


def enable_tensor_equality() -> None:
    """Not available: raises ``tf.errors.UnimplementedError``; ``==`` on tensors is identity."""
    _refuse("element-wise `==` of tensors: use tf.equal")


def enable_v2_tensorshape() -> None:
    """Not available: raises ``tf.errors.UnimplementedError``."""
    _refuse("shapes of plain numbers: the elements of a tf.TensorShape are tf.Dimension")


def control_flow_v2_enabled() -> bool:
    """True: control flow is functional."""
    return True


def enable_control_flow_v2() -> None:
    """Does nothing: control flow is functional."""


def disable_control_flow_v2() -> None:
    """Does nothing: control flow is functional whatever a program asks for."""
