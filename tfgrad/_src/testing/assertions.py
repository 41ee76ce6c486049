"""Assertions on arrays, tensors and structures of them, for `TestCase`.

The names and arguments are TensorFlow's.  Tensors and variables are computed by ``evaluate``.
"""

# ruff: noqa: PT009, PT027 (this is where unittest's assertions are extended)

import contextlib
import math
import re
import unittest
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tfgrad._src.graph import device, dtypes, errors
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.proto import Message
from tfgrad._src.testing import text_format

_SHOWN = 10  # elements written of those that are wrong


class ArrayAssertions(unittest.TestCase):
    """The assertions of `tf.test.TestCase` about values; `evaluate` is the test case's."""

    def evaluate(self, tensors) -> Any:
        """The values of tensors."""
        raise NotImplementedError

    def _GetNdArray(self, a) -> np.ndarray:
        if isinstance(a, Tensor) or hasattr(a, "_as_graph_element"):
            a = self.evaluate(a)
        return a if isinstance(a, np.ndarray) else np.array(a)

    # ------------------------------------------------------------------ close

    def assertAllClose(self, a, b, rtol=1e-6, atol=1e-6, msg=None) -> None:
        """Fails unless ``|a - b| <= atol + rtol * |b|`` for all elements.

        Args:
          a: an array, a tensor, or a list, tuple, named tuple or dictionary of them, nested.
          b: the same structure.
          rtol: relative tolerance.
          atol: absolute tolerance.
          msg: added to the message.

        Raises:
          ValueError: one is a dictionary and the other is not, or lists have different lengths.
          AssertionError: shapes or values differ.  Two nan are close.

        Example:
          >>> tf.test.TestCase().assertAllClose({"x": [1.0, 2.0]}, {"x": (1.0, 2.0 + 1e-9)})
        """
        self._all_close(a, b, rtol, atol, "", msg or "")

    def _all_close(self, a, b, rtol, atol, path: str, msg: str) -> None:
        a = a._asdict() if hasattr(a, "_asdict") else a
        b = b._asdict() if hasattr(b, "_asdict") else b
        if isinstance(a, Mapping) != isinstance(b, Mapping):
            raise ValueError(f"Can't compare dict to non-dict, a{path} vs b{path}. {msg}")
        if isinstance(a, Mapping):
            self.assertCountEqual(
                a.keys(),
                b.keys(),
                f"mismatched keys: a{path} has keys {list(a)}, but b{path} has keys {list(b)}. "
                f"{msg}",
            )
            for key in a:
                self._all_close(a[key], b[key], rtol, atol, f"{path}[{key}]", msg)
            return
        if isinstance(a, list | tuple):
            try:
                arrays = self._GetNdArray(a), self._GetNdArray(b)
                whole = all(x.dtype != object for x in arrays)
            except (ValueError, TypeError, NotImplementedError):
                whole = False  # tensors in the list, or rows of different lengths
            if not whole:
                if len(a) != len(b):
                    raise ValueError(
                        f"Mismatched length: a{path} has {len(a)} items, but b{path} has {len(b)} "
                        f"items. {msg}"
                    )
                for i, (x, y) in enumerate(zip(a, b, strict=True)):
                    self._all_close(x, y, rtol, atol, f"{path}[{i}]", msg)
                return
        self._arrays_close(
            self._GetNdArray(a),
            self._GetNdArray(b),
            rtol,
            atol,
            f"Mismatched value: a{path} is different from b{path}. {msg}",
        )

    def _arrays_close(self, a: np.ndarray, b: np.ndarray, rtol, atol, msg: str) -> None:
        self._same_shape(a, b, "")
        if np.allclose(a, b, rtol=rtol, atol=atol):
            return
        with np.errstate(invalid="ignore"):
            wrong = (np.abs(a - b) > atol + rtol * np.abs(b)) | (np.isnan(a) != np.isnan(b))
        x, y = (a[wrong], b[wrong]) if a.ndim else (a, b)
        lines = [msg]
        if a.ndim:
            lines.append(f"not close where = {np.where(wrong)}")
        with np.errstate(invalid="ignore"):
            lines += [
                f"not close lhs = {x}",
                f"not close rhs = {y}",
                f"not close dif = {np.abs(x - y)}",
                f"not close tol = {atol + rtol * np.abs(y)}",
                f"dtype = {a.dtype}, shape = {a.shape}",
            ]
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol, err_msg="\n".join(lines))

    def _same_shape(self, a: np.ndarray, b: np.ndarray, msg: str) -> None:
        small = b.ndim <= 3 or b.size < 500
        contents = f" Contents: {b}." if small else ""
        self.assertEqual(
            a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}.{contents} {msg}"
        )

    def assertAllCloseAccordingToType(
        self, a, b, rtol=1e-6, atol=1e-6, float_rtol=1e-6, float_atol=1e-6, half_rtol=1e-3,
        half_atol=1e-3, bfloat16_rtol=1e-2, bfloat16_atol=1e-2, msg=None,
    ) -> None:  # fmt: skip
        """As `assertAllClose`, with larger tolerances if one of the two has few digits.

        Args:
          a: an array or tensor.
          b: an array or tensor.
          rtol: relative tolerance of float64.
          atol: absolute tolerance of float64.
          float_rtol: the least of float32 and complex64.
          float_atol: the same, absolute.
          half_rtol: the least of float16.
          half_atol: the same, absolute.
          bfloat16_rtol: the least of bfloat16.
          bfloat16_atol: the same, absolute.
          msg: added to the message.
        """
        a, b = self._GetNdArray(a), self._GetNdArray(b)
        types = {a.dtype, b.dtype}
        for kinds, relative, absolute in (
            ((np.float32, np.complex64), float_rtol, float_atol),
            ((np.float16,), half_rtol, half_atol),
            ((dtypes.bfloat16.as_numpy_dtype,), bfloat16_rtol, bfloat16_atol),
        ):
            if types & {np.dtype(k) for k in kinds}:
                rtol, atol = max(rtol, relative), max(atol, absolute)
        self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)

    def assertNotAllClose(self, a, b, **kwargs) -> None:
        """Fails if `assertAllClose` with the same arguments does not."""
        try:
            self.assertAllClose(a, b, **kwargs)
        except AssertionError:
            return
        raise AssertionError("The two values are close at all elements")

    def assertNear(self, f1, f2, err, msg=None) -> None:
        """Fails unless two numbers differ by at most ``err``."""
        more = f" ({msg})" if msg is not None else ""
        near = f1 == f2 or math.fabs(f1 - f2) <= err  # == for infinities
        self.assertTrue(near, f"{f1:f} != {f2:f} +/- {err:f}{more}")

    def assertArrayNear(self, farray1, farray2, err, msg=None) -> None:
        """Fails unless the elements of two vectors differ by at most ``err``."""
        self.assertEqual(len(farray1), len(farray2), msg=msg)
        for f1, f2 in zip(farray1, farray2, strict=True):
            self.assertNear(float(f1), float(f2), err, msg=msg)

    def assertNDArrayNear(self, ndarray1, ndarray2, err, msg=None) -> None:
        """Fails unless the norm of the difference of two arrays is below ``err``."""
        difference = self._GetNdArray(ndarray1) - self._GetNdArray(ndarray2)
        self.assertTrue(np.linalg.norm(difference) < err, msg=msg)

    # ------------------------------------------------------------------ equal

    def assertAllEqual(self, a, b, msg=None) -> None:
        """Fails unless all elements are equal; nan equals nan.

        Args:
          a: an array or tensor.
          b: an array or tensor.
          msg: added to the message.

        Raises:
          AssertionError: shapes or values differ.
        """
        a, b = self._GetNdArray(a), self._GetNdArray(b)
        self._same_shape(a, b, msg or "")
        same = np.asarray(a == b)
        if a.dtype.kind in "fc" or a.dtype == dtypes.bfloat16.as_numpy_dtype:
            same |= np.isnan(a) & np.isnan(b)
        if np.all(same):
            return
        lines = [msg or ""]
        x, y = (a[~same], b[~same]) if a.ndim else (a, b)
        if a.ndim:
            lines.append(f"not equal where = {np.where(~same)}")
        lines += [f"not equal lhs = {x}", f"not equal rhs = {y}"]
        np.testing.assert_array_equal(a, b, err_msg="\n".join(lines))

    def assertNotAllEqual(self, a, b, msg=None) -> None:
        """Fails if all elements are equal."""
        try:
            self.assertAllEqual(a, b, msg)
        except AssertionError:
            return
        raise AssertionError("The two values are equal at all elements")

    def assertShapeEqual(self, np_array, tf_tensor, msg=None) -> None:
        """Fails unless an array has the static shape of a tensor.

        Raises:
          TypeError: the arguments are not an array and a tensor.
        """
        if not isinstance(np_array, np.ndarray | np.generic):
            raise TypeError("np_array must be a Numpy ndarray or Numpy scalar")
        if not isinstance(tf_tensor, Tensor):
            raise TypeError("tf_tensor must be a Tensor")
        self.assertAllEqual(np_array.shape, tf_tensor.get_shape().as_list(), msg=msg)

    def assertDTypeEqual(self, target, expected_dtype) -> None:
        """Fails unless the values of a tensor or array have the type ``expected_dtype``."""
        self.assertEqual(self._GetNdArray(target).dtype, dtypes.as_dtype(expected_dtype).np)

    def assertDeviceEqual(self, device1, device2, msg=None) -> None:
        """Fails unless two device names mean the same device."""
        first, second = (device.join(device.parse(str(d or ""))) for d in (device1, device2))
        self.assertEqual(first, second, f"Devices {first} and {second} are not equal. {msg}")

    # ------------------------------------------------------------------ order and sets

    def assertAllGreater(self, a, comparison_target) -> None:
        """Fails unless all elements are greater than a number."""
        self.assertGreater(np.min(self._GetNdArray(a)), comparison_target)

    def assertAllLess(self, a, comparison_target) -> None:
        """Fails unless all elements are less than a number."""
        self.assertLess(np.max(self._GetNdArray(a)), comparison_target)

    def assertAllGreaterEqual(self, a, comparison_target) -> None:
        """Fails unless no element is less than a number."""
        self.assertGreaterEqual(np.min(self._GetNdArray(a)), comparison_target)

    def assertAllLessEqual(self, a, comparison_target) -> None:
        """Fails unless no element is greater than a number."""
        self.assertLessEqual(np.max(self._GetNdArray(a)), comparison_target)

    def assertAllInRange(
        self, target, lower_bound, upper_bound, open_lower_bound=False, open_upper_bound=False
    ) -> None:
        """Fails unless all elements lie between two numbers.

        Args:
          target: an array or tensor of real numbers.
          lower_bound: the least.
          upper_bound: the greatest.
          open_lower_bound: whether ``lower_bound`` itself is outside.
          open_upper_bound: whether ``upper_bound`` itself is outside.

        Raises:
          AssertionError: an element is outside or nan, or the type has no order.
        """
        target = self._GetNdArray(target)
        if target.dtype.kind not in "fiu":
            raise AssertionError(
                f"The value of {target} does not have an ordered numeric type, instead it has "
                f"type: {target.dtype}"
            )
        if np.isnan(target).any():
            raise AssertionError(
                f"{np.isnan(target).sum()} of the {target.size} element(s) are NaN. Subscripts(s) "
                f"and value(s) of the NaN element(s):\n{_listed(target, np.isnan(target))}"
            )
        low = target <= lower_bound if open_lower_bound else target < lower_bound
        high = target >= upper_bound if open_upper_bound else target > upper_bound
        outside = np.asarray(low | high)
        if outside.any():
            left, right = "[("[open_lower_bound], "])"[open_upper_bound]
            raise AssertionError(
                f"{outside.sum()} of the {target.size} element(s) are outside the range "
                f"{left}{lower_bound}, {upper_bound}{right}. Subscript(s) and value(s) of the "
                f"offending elements:\n{_listed(target, outside)}"
            )

    def assertAllInSet(self, target, expected_set) -> None:
        """Fails unless all elements are among ``expected_set``."""
        strange = np.setdiff1d(self._GetNdArray(target).reshape(-1), list(expected_set))
        if strange.size:
            raise AssertionError(
                f"{strange.size} unique element(s) are not in the set {expected_set}: {strange}"
            )

    # ------------------------------------------------------------------ messages and errors

    def assertStartsWith(self, actual, expected_start, msg=None) -> None:
        """Fails unless a string starts with another."""
        if not actual.startswith(expected_start):
            more = f" : {msg!r}" if msg else ""
            self.fail(f"{actual!r} does not start with {expected_start!r}{more}")

    def assertProtoEquals(self, expected_message_maybe_ascii, message, msg=None) -> None:
        """Fails unless two protobuf messages are equal.

        Args:
          expected_message_maybe_ascii: a message, or protobuf's text of one.
          message: a message.
          msg: added to the message.

        Example:
          >>> definition = tf.constant(1.0, name="c").op.node_def
          >>> tf.test.TestCase().assertProtoEquals('f: 1.5', tf.AttrValue(f=1.5))
        """
        expected = expected_message_maybe_ascii
        if isinstance(expected, str) and isinstance(message, Message):
            expected = text_format.merge(expected, type(message)())
        assert type(expected) is type(message), (
            f"Can't compare protos of type {type(expected)} and {type(message)}. {msg or ''}"
        )
        if expected != message:
            self.assertMultiLineEqual(str(expected), str(message), msg)
            self.fail(msg or "the messages differ in a field that is not written as text")

    def assertProtoEqualsVersion(
        self, expected: str, actual, producer=None, min_consumer=None, msg=None
    ) -> None:
        """As `assertProtoEquals` for the text of a graph without its ``versions``."""
        actual_versions = actual.versions
        if producer is None:
            producer = actual_versions.producer
        if min_consumer is None:
            min_consumer = actual_versions.min_consumer
        versions = f"versions {{ producer: {producer} min_consumer: {min_consumer} }}\n"
        self.assertProtoEquals(versions + expected, actual, msg=msg)

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type, expected_err_re_or_predicate: str | Callable
    ):
        """A block that must raise an error which satisfies something.

        Args:
          exception_type: the class of the error.
          expected_err_re_or_predicate: a regular expression that is to be found in the message, or
            a function of the error that says whether it is right.

        Example:
          >>> with tf.test.TestCase().assertRaisesWithPredicateMatch(ValueError, "shape"):
          ...     raise ValueError("a wrong shape")
        """
        expected = expected_err_re_or_predicate
        try:
            yield
        except Exception as error:
            right = isinstance(error, exception_type) and (
                expected(error) if callable(expected) else re.search(expected, _text_of(error))
            )
            if not right:
                raise AssertionError(f"Exception of type {type(error)}: {error}") from error
        else:
            self.fail(f"{exception_type.__name__} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate):
        """A block that must raise a `tf.errors.OpError`; see `assertRaisesWithPredicateMatch`."""
        return self.assertRaisesWithPredicateMatch(errors.OpError, expected_err_re_or_predicate)

    # ------------------------------------------------------------------ what absl adds to unittest

    def assertItemsEqual(self, first, second, msg=None) -> None:
        """Fails unless two collections have the same elements, in any order."""
        self.assertCountEqual(first, second, msg)

    assertSameElements = assertItemsEqual

    def assertLen(self, container, expected_len, msg=None) -> None:
        """Fails unless a collection has a certain length."""
        if len(container) != expected_len:
            more = f": {msg}" if msg else ""
            self.fail(
                f"{container!r} has length of {len(container)}, expected {expected_len}{more}"
            )

    def assertEmpty(self, container, msg=None) -> None:
        """Fails unless a collection is empty."""
        if len(container):
            self.fail(f"{container!r} has length of {len(container)}: {msg or 'expected none'}")

    def assertNotEmpty(self, container, msg=None) -> None:
        """Fails if a collection is empty."""
        if not len(container):
            self.fail(f"{container!r} has length of 0{': ' + msg if msg else ''}")

    def assertBetween(self, value, minv, maxv, msg=None) -> None:
        """Fails unless ``minv <= value <= maxv``."""
        if not minv <= value <= maxv:
            self.fail(msg or f"{value!r} unexpectedly not between {minv!r} and {maxv!r}")

    def assertEndsWith(self, actual, expected_end, msg=None) -> None:
        """Fails unless a string ends with another."""
        if not actual.endswith(expected_end):
            self.fail(f"{actual!r} does not end with {expected_end!r}{' : ' + msg if msg else ''}")

    def assertSequenceAlmostEqual(
        self, expected_seq, actual_seq, places=None, msg=None, delta=None
    ) -> None:
        """Fails unless the elements of two sequences are almost equal, as `assertAlmostEqual`."""
        self.assertEqual(len(expected_seq), len(actual_seq), msg)
        for a, b in zip(expected_seq, actual_seq, strict=True):
            self.assertAlmostEqual(a, b, places=places, msg=msg, delta=delta)

    def assertRaisesWithLiteralMatch(
        self, expected_exception, expected_exception_message, callable_obj=None, *args, **kwargs
    ):
        """Fails unless a call, or a block, raises an error with exactly this message."""
        pattern = f"^{re.escape(expected_exception_message)}$"
        if callable_obj is None:
            return self.assertRaisesRegex(expected_exception, pattern)
        return self.assertRaisesRegex(expected_exception, pattern, callable_obj, *args, **kwargs)

    def assertRaisesRegexp(self, expected_exception, expected_regex, *args, **kwargs):
        """See `unittest.TestCase.assertRaisesRegex`."""
        return self.assertRaisesRegex(expected_exception, expected_regex, *args, **kwargs)

    def assertRegexpMatches(self, text, expected_regex, msg=None) -> None:
        """See `unittest.TestCase.assertRegex`."""
        self.assertRegex(text, expected_regex, msg)

    def assertEquals(self, first, second, msg=None) -> None:
        """See `unittest.TestCase.assertEqual`; Python 3.12 dropped this spelling."""
        self.assertEqual(first, second, msg)

    def assertAlmostEquals(self, first, second, places=None, msg=None, delta=None) -> None:
        """See `unittest.TestCase.assertAlmostEqual`."""
        self.assertAlmostEqual(first, second, places=places, msg=msg, delta=delta)


def _listed(values: np.ndarray, where: np.ndarray) -> str:
    """The first elements of ``values`` at ``where``, with their subscripts."""
    subscripts = np.argwhere(where)
    lines = [f"  {s} : {values[tuple(s)]}" for s in subscripts[:_SHOWN]]
    return "\n".join([*lines, *(["  ..."] if len(subscripts) > _SHOWN else [])])


def _text_of(error: Exception) -> str:
    """The message in which a pattern is searched: that of an `OpError` with its node's name."""
    if not isinstance(error, errors.OpError):
        return str(error)
    op = error.op
    return error.message if op is None else f"{error.message}\nCaused by: {op.name}"
