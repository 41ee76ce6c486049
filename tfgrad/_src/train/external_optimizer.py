"""Optimizers outside the graph, SciPy's above all: `tf.contrib.opt.ScipyOptimizerInterface`.

The variables are packed into one vector.  At each of the optimizer's points the loss and its
gradient are computed by one run, with the variables fed; they are assigned once, at the end.  A
resource variable cannot be fed, for each of its uses reads it anew: it is assigned at each point.
"""

import itertools
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfgrad._src.functions.constant import placeholder
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.shape import reshape
from tfgrad._src.functions.variable_lists import trainable_variables
from tfgrad._src.gradients.algorithm import gradients
from tfgrad._src.graph import sessions
from tfgrad._src.graph.node import Tensor

_logger = logging.getLogger("tensorflow")


class ExternalOptimizerInterface:
    """What optimizers outside the graph share; a subclass implements `_minimize`.

    Args:
      loss: the scalar tensor to be minimized.
      var_list: the variables to be changed; default: the trainable variables of the graph.
      equalities: scalar tensors that are to become zero.
      inequalities: scalar tensors that are not to become negative.
      var_to_bounds: for some of the variables a pair ``(low, high)``, each a number or what numpy
        broadcasts to the shape of the variable; infinities where there is no bound.
      **optimizer_kwargs: handed on to the optimizer.

    Example:
      >>> class GradientStep(tf.contrib.opt.ExternalOptimizerInterface):
      ...     def _minimize(self, initial_val, loss_grad_func, optimizer_kwargs, **unused):
      ...         loss, gradient = loss_grad_func(initial_val)
      ...         return initial_val - optimizer_kwargs["rate"] * gradient
      >>> v = tf.Variable([3.0, 4.0])
      >>> step = GradientStep(tf.reduce_sum(tf.square(v)), rate=0.25)
      >>> with tf.Session() as sess:
      ...     sess.run(v.initializer)
      ...     step.minimize(sess)
      ...     sess.run(v)
      array([1.5, 2. ], dtype=float32)
    """

    def __init__(
        self,
        loss,
        var_list=None,
        equalities=None,
        inequalities=None,
        var_to_bounds=None,
        **optimizer_kwargs,
    ):
        self._loss = loss
        self._equalities = equalities or []
        self._inequalities = inequalities or []
        self._vars = trainable_variables() if var_list is None else list(var_list)
        self.optimizer_kwargs = optimizer_kwargs
        self._packed_bounds = self._pack_bounds(var_to_bounds)
        self._update_placeholders = [placeholder(v.dtype.base_dtype) for v in self._vars]
        self._var_updates = [
            v.assign(reshape(p, _shape_of(v)))
            for v, p in zip(self._vars, self._update_placeholders, strict=True)
        ]
        loss_grads = self._gradients(loss)
        equality_grads = [self._gradients(t) for t in self._equalities]
        inequality_grads = [self._gradients(t) for t in self._inequalities]
        self._packed_var = self._pack(self._vars)
        self._packed_loss_grad = self._pack(loss_grads)
        self._packed_equality_grads = [self._pack(g) for g in equality_grads]
        self._packed_inequality_grads = [self._pack(g) for g in inequality_grads]
        ends = np.cumsum([0, *(math.prod(_shape_of(v)) for v in self._vars)]).tolist()
        self._packing_slices = [slice(*pair) for pair in itertools.pairwise(ends)]

    def _pack_bounds(self, var_to_bounds) -> list[tuple] | None:
        """A pair of bounds per element of all variables."""
        if var_to_bounds is None:
            return None
        packed: list[tuple] = []
        for v in self._vars:
            low, high = (
                np.broadcast_to(bound, _shape_of(v)).reshape(-1)
                for bound in var_to_bounds.get(v, (-np.inf, np.inf))
            )
            packed += zip(low, high, strict=True)
        return packed

    def _gradients(self, tensor) -> list:
        """Of one scalar with respect to all variables; zeros where it does not depend on one."""
        found = gradients(tensor, self._vars)
        return [zeros_like(v) if g is None else g for v, g in zip(self._vars, found, strict=True)]

    @classmethod
    def _pack(cls, tensors: Sequence) -> Tensor | None:
        """All elements of all tensors as one vector."""
        flat = [reshape(t, [-1]) for t in tensors]
        if len(flat) > 1:
            return concat(flat, 0)
        return flat[0] if flat else None

    def minimize(
        self,
        session=None,
        feed_dict: dict | None = None,
        fetches: list | None = None,
        step_callback: Callable | None = None,
        loss_callback: Callable | None = None,
        **run_kwargs,
    ) -> None:
        """Runs the optimizer to its end and assigns the result to the variables.

        Args:
          session: the session; default: the default session.
          feed_dict: values that every run is fed with.
          fetches: tensors whose values are handed to ``loss_callback``.
          step_callback: called after each step with all variables as one vector.
          loss_callback: called after each computation of the loss with the values of ``fetches``.
          **run_kwargs: handed to the `tf.Session.run` that assigns the result.
        """
        session = session or sessions.resolve(None, self._loss.graph, "tensor", "evaluate")
        feed_dict, fetches = feed_dict or {}, list(fetches or [])
        arguments = (session, feed_dict, fetches)
        loss_and_gradient = [self._loss, self._packed_loss_grad]
        result = self._minimize(
            initial_val=session.run(self._packed_var),
            loss_grad_func=self._make_eval_func(loss_and_gradient, *arguments, loss_callback),
            equality_funcs=self._make_eval_funcs(self._equalities, *arguments),
            equality_grad_funcs=self._make_eval_funcs(self._packed_equality_grads, *arguments),
            inequality_funcs=self._make_eval_funcs(self._inequalities, *arguments),
            inequality_grad_funcs=self._make_eval_funcs(self._packed_inequality_grads, *arguments),
            packed_bounds=self._packed_bounds,
            step_callback=step_callback or (lambda xk: None),
            optimizer_kwargs=self.optimizer_kwargs,
        )
        values = [result[part] for part in self._packing_slices]
        feeds = dict(zip(self._update_placeholders, values, strict=True))
        session.run(self._var_updates, feed_dict=feeds, **run_kwargs)

    def _minimize(
        self,
        initial_val,
        loss_grad_func,
        equality_funcs,
        equality_grad_funcs,
        inequality_funcs,
        inequality_grad_funcs,
        packed_bounds,
        step_callback,
        optimizer_kwargs,
    ) -> np.ndarray:
        """Minimizes; to be implemented by a subclass.

        Args:
          initial_val: all variables as one vector.
          loss_grad_func: gives, for such a vector, the loss and its gradient.
          equality_funcs: functions of such a vector, each giving a list of one number that is to
            become zero.
          equality_grad_funcs: their gradients, in lists of one.
          inequality_funcs: the same for numbers that are not to become negative.
          inequality_grad_funcs: their gradients.
          packed_bounds: a pair ``(low, high)`` per element, or None.
          step_callback: to be called after each step with the vector.
          optimizer_kwargs: what else the user gave.

        Returns:
          The vector at which the loss is least.
        """
        raise NotImplementedError(
            "To use ExternalOptimizerInterface, subclass from it and implement "
            "the _minimize() method."
        )

    def _make_eval_funcs(self, tensors: Sequence, session, feed_dict, fetches, callback=None):
        return [self._make_eval_func(t, session, feed_dict, fetches, callback) for t in tensors]

    def _make_eval_func(
        self, tensors, session, feed_dict: dict, fetches: list, callback: Callable | None = None
    ) -> Callable[[np.ndarray], list]:
        """A function from the packed vector to the values of ``tensors``, a list."""
        wanted = list(tensors) if isinstance(tensors, list | tuple) else [tensors]
        parts = list(zip(self._vars, self._packing_slices, strict=True))
        fed = [(v, part, _shape_of(v)) for v, part in parts if not _is_resource(v)]
        updates, assigned = [], []
        for i, (v, part) in enumerate(parts):
            if _is_resource(v):
                updates.append(self._var_updates[i])
                assigned.append((self._update_placeholders[i], part))

        def evaluate(x: np.ndarray) -> list:
            if updates:
                session.run(updates, feed_dict={p: x[part] for p, part in assigned})
            feeds = {v: x[part].reshape(shape) for v, part, shape in fed}
            feeds.update(feed_dict)
            values = session.run(wanted + fetches, feed_dict=feeds)
            if callback is not None:
                callback(*values[len(wanted) :])
            return values[: len(wanted)]

        return evaluate


class ScipyOptimizerInterface(ExternalOptimizerInterface):
    """Minimizes a loss by `scipy.optimize.minimize`.

    Args:
      loss: see `tf.contrib.opt.ExternalOptimizerInterface`.
      var_list: see there.
      equalities: see there; not for the default method.
      inequalities: see there; not for the default method.
      var_to_bounds: see there.
      **optimizer_kwargs: ``method``, default ``"L-BFGS-B"``, ``options``, ``tol`` and whatever else
        `scipy.optimize.minimize` takes, but not ``jac``, ``callback``, ``constraints``, ``bounds``.

    Raises:
      ValueError: from `minimize`: one of those four is among ``optimizer_kwargs``.

    Where it stopped, and after how many steps, is logged at level ``INFO`` under the name
    ``tensorflow``.  SciPy comes with JAX, and is imported when `minimize` is called.

    Example:
      >>> v = tf.Variable([7.0, 7.0])
      >>> loss = tf.reduce_sum(tf.square(v))
      >>> equalities, inequalities = [v[1] - 1.0], [v[0] - 1.0]
      >>> least = tf.contrib.opt.ScipyOptimizerInterface(
      ...     loss, equalities=equalities, inequalities=inequalities, method="SLSQP")
      >>> bounded = tf.contrib.opt.ScipyOptimizerInterface(
      ...     loss, var_to_bounds={v: ([2, 3], np.inf)}, options={"maxiter": 100})
      >>> with tf.Session() as sess:
      ...     sess.run(v.initializer)
      ...     least.minimize(sess)
      ...     print(np.round(sess.run(v), 4))
      ...     bounded.minimize(sess)
      ...     print(np.round(sess.run(v), 4))
      [1. 1.]
      [2. 3.]
    """

    _DEFAULT_METHOD = "L-BFGS-B"

    def _minimize(
        self,
        initial_val,
        loss_grad_func,
        equality_funcs,
        equality_grad_funcs,
        inequality_funcs,
        inequality_grad_funcs,
        packed_bounds,
        step_callback,
        optimizer_kwargs,
    ) -> np.ndarray:
        def loss_and_gradient(x):
            loss, gradient = loss_grad_func(x)
            return float(loss), np.asarray(gradient, np.float64)

        kwargs: dict[str, Any] = {
            "jac": True,
            "callback": step_callback,
            "method": self._DEFAULT_METHOD,
            "constraints": [
                {"type": kind, "fun": function, "jac": gradient}
                for kind, functions, their_gradients in (
                    ("eq", equality_funcs, equality_grad_funcs),
                    ("ineq", inequality_funcs, inequality_grad_funcs),
                )
                for function, gradient in zip(functions, their_gradients, strict=True)
            ],
            "bounds": packed_bounds,
        }
        for name in kwargs:
            if name == "bounds" and name in optimizer_kwargs:
                raise ValueError("Bounds must be set using the var_to_bounds argument")
            if name != "method" and name in optimizer_kwargs:
                raise ValueError(
                    f"Optimizer keyword arg '{name}' is set automatically and cannot be injected "
                    f"manually"
                )
        from scipy.optimize import minimize  # 0.2 s, for those who use it

        # SciPy would keep float32 and lose the digits between two points.
        result = minimize(
            loss_and_gradient, np.asarray(initial_val, np.float64), **{**kwargs, **optimizer_kwargs}
        )
        _logger.info(_report(result))
        return result.x


def _report(result) -> str:
    """Where SciPy stopped; not all of its methods count their steps."""
    message = result.message
    lines = [
        "Optimization terminated with:",
        f"  Message: {message.decode() if isinstance(message, bytes) else message}",
        f"  Objective function value: {result.fun:f}",
    ]
    if "nit" in result:
        lines.append(f"  Number of iterations: {result.nit}")
    if "nfev" in result:
        lines.append(f"  Number of functions evaluations: {result.nfev}")
    return "\n".join(lines)


def _shape_of(variable) -> tuple[int, ...]:
    return tuple(variable.get_shape().as_list())


def _is_resource(variable) -> bool:
    return isinstance(getattr(variable, "handle", None), Tensor)
