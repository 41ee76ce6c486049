"""`tf.test`: the assertions hold and fail where TensorFlow's do; Jacobians are right.

What TensorFlow 1.15 does was tried there; the numbers here are closed forms.
"""

# ruff: noqa: PT009, PT027 (unittest's assertions are what is tested)

import os
import subprocess
import sys
import unittest
from collections import namedtuple

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.testing import text_format

Point = namedtuple("Point", "x y")
NAN, INF = float("nan"), float("inf")
BFLOAT16 = tf.bfloat16.as_numpy_dtype


@pytest.fixture
def case():
    with tf.Graph().as_default():
        yield tf.test.TestCase()


HOLDS = [
    ("assertAllClose", [1.0, 2.0], [1.0, 2.0 + 1e-7]),
    ("assertAllClose", NAN, NAN),
    ("assertAllClose", [INF, -INF], [INF, -INF]),
    ("assertAllClose", {"a": [1.0], "b": (2, 3)}, {"b": [2, 3], "a": np.array([1.0])}),
    ("assertAllClose", Point(1.0, [2.0]), {"x": 1.0, "y": [2.0]}),
    ("assertAllClose", [[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]]),
    ("assertAllClose", [], []),
    ("assertAllClose", [1.0, 2.0], [1.1, 2.0], 0.2),
    ("assertAllClose", [0.0], [0.1], 0.0, 0.2),
    ("assertNotAllClose", [1.0, 2.0], [1.0, 2.1]),
    ("assertNotAllClose", [1.0], [NAN]),
    ("assertAllCloseAccordingToType", np.float16([1.0]), np.float16([1.001])),
    ("assertAllCloseAccordingToType", np.array([1.0], BFLOAT16), np.array([1.0078], BFLOAT16)),
    ("assertAllEqual", [1, 2], np.array([1, 2])),
    ("assertAllEqual", [NAN, 1.0], [NAN, 1.0]),
    ("assertAllEqual", np.complex64([complex(NAN, 0)]), np.complex64([complex(NAN, 1)])),
    ("assertAllEqual", [b"a"], np.array([b"a"])),
    ("assertNotAllEqual", [1, 2], [1, 3]),
    ("assertNotAllEqual", [1, 2], [1, 2, 3]),
    ("assertAllGreater", [2, 3], 1),
    ("assertAllGreaterEqual", [2, 3], 2),
    ("assertAllLess", [2, 3], 4),
    ("assertAllLessEqual", [2, 3], 3),
    ("assertAllInRange", [1, 2, 3], 1, 3),
    ("assertAllInRange", [1.5], 1, 2, True, True),
    ("assertAllInSet", [[1, 2], [2, 1]], {1, 2, 3}),
    ("assertNear", 1.0, 1.1, 0.2),
    ("assertNear", INF, INF, 0.0),
    ("assertArrayNear", [1.0, 2.0], [1.1, 1.9], 0.2),
    ("assertNDArrayNear", np.ones(4), np.ones(4) + 0.1, 0.3),
    ("assertDTypeEqual", np.ones(1, np.float32), np.float32),
    ("assertDTypeEqual", np.ones(1, np.float32), tf.float32),
    ("assertDeviceEqual", "/gpu:0", "/device:GPU:0"),
    ("assertDeviceEqual", None, ""),
    ("assertStartsWith", "gradients/x", "gradients"),
    ("assertEndsWith", "gradients/x", "/x"),
    ("assertItemsEqual", [1, 2], [2, 1]),
    ("assertLen", "abc", 3),
    ("assertEmpty", []),
    ("assertNotEmpty", [0]),
    ("assertBetween", 2, 1, 3),
    ("assertSequenceAlmostEqual", [1.0, 2.0], [1.0, 2.0 + 1e-9]),
]

FAILS = [
    (AssertionError, "not close where", "assertAllClose", [1.0, 2.0], [1.0, 2.1]),
    (AssertionError, "not close dif", "assertAllClose", 1.0, 2.0),
    (AssertionError, "Shape mismatch", "assertAllClose", [1.0], [1.0, 1.0]),
    (AssertionError, "Shape mismatch", "assertAllClose", [1.0], 1.0),
    (AssertionError, "Mismatched value", "assertAllClose", NAN, 1.0),
    (AssertionError, r"a\[b\]\[1\]", "assertAllClose", {"b": [[1], [2, 3]]}, {"b": [[1], [2, 4]]}),
    (AssertionError, "mismatched keys", "assertAllClose", {"a": 1}, {"b": 1}),
    (ValueError, "dict to non-dict", "assertAllClose", {"a": 1}, [1]),
    (ValueError, "Mismatched length", "assertAllClose", [[1], [2, 3]], [[1], [2, 3], [4]]),
    (AssertionError, "close at all", "assertNotAllClose", [1.0], [1.0 + 1e-9]),
    (AssertionError, "not close", "assertAllCloseAccordingToType", [1.0], [1.001]),
    (AssertionError, "not equal where", "assertAllEqual", [1, 2], [1, 3]),
    (AssertionError, "Shape mismatch: expected", "assertAllEqual", [1, 2], [[1, 2]]),
    (AssertionError, "equal at all", "assertNotAllEqual", [1], [1]),
    (AssertionError, "not greater than", "assertAllGreater", [2, 3], 2),
    (AssertionError, "not greater than", "assertAllGreaterEqual", [2, 3], 3),
    (AssertionError, "not less than", "assertAllLess", [2, 3], 3),
    (AssertionError, "not less than", "assertAllLessEqual", [2, 3], 2),
    (AssertionError, r"outside the range \[1, 2\]", "assertAllInRange", [1, 2, 3], 1, 2),
    (AssertionError, r"range \(1, 2\]", "assertAllInRange", [1.0], 1, 2, True),
    (AssertionError, "1 of the 2 element", "assertAllInRange", [1.0, NAN], 0, 2),
    (AssertionError, "ordered numeric type", "assertAllInRange", ["a"], 0, 2),
    (AssertionError, "not in the set", "assertAllInSet", [1, 4], {1, 2}),
    (AssertionError, r"1.000000 != 2.000000 \+/- 0.5", "assertNear", 1, 2, 0.5),
    (AssertionError, "!=", "assertArrayNear", [1.0], [1.0, 2.0], 1.0),
    (AssertionError, "is not true", "assertNDArrayNear", np.ones(4), np.zeros(4), 1.0),
    (AssertionError, "!=", "assertDTypeEqual", np.ones(1), np.float32),
    (AssertionError, "are not equal", "assertDeviceEqual", "/cpu:0", "/gpu:0"),
    (AssertionError, "does not start with", "assertStartsWith", "ab", "b"),
    (AssertionError, "has length of 2, expected 1", "assertLen", [1, 2], 1),
    (AssertionError, "has length", "assertEmpty", [1]),
    (AssertionError, "has length of 0", "assertNotEmpty", []),
    (AssertionError, "not between", "assertBetween", 4, 1, 3),
    (TypeError, "np_array must be", "assertShapeEqual", [1], None),
    (TypeError, "tf_tensor must be", "assertShapeEqual", np.ones(1), np.ones(1)),
]


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, *a in HOLDS])
def test_an_assertion_holds(case, name, arguments):
    getattr(case, name)(*arguments)


@pytest.mark.parametrize(
    ("error", "match", "name", "arguments"), [(e, m, n, a) for e, m, n, *a in FAILS]
)
def test_an_assertion_fails(case, error, match, name, arguments):
    with pytest.raises(error, match=match):
        getattr(case, name)(*arguments)


def test_tensors_and_variables_are_computed(case):
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    with case.session() as session:
        session.run(v.initializer)
        case.assertAllClose(tf.constant([1.0, 2.0]), v)
        case.assertAllEqual(v * 2.0, [2.0, 4.0])
        case.assertAllClose({"a": v, "b": [v[0], 3]}, {"a": [1, 2], "b": (1.0, 3)})
        case.assertDTypeEqual(v, np.float32)
        with pytest.raises(AssertionError, match="not close"):
            case.assertAllClose(v, tf.constant([1.0, 3.0]))


def test_the_shape_of_a_tensor(case):
    case.assertShapeEqual(np.zeros([2, 3]), tf.zeros([2, 3]))
    with pytest.raises(AssertionError):
        case.assertShapeEqual(np.zeros([2, 3]), tf.zeros([3, 2]))


@pytest.mark.parametrize("expected", ["wrong", lambda e: "wrong" in str(e)])
def test_an_expected_error(case, expected):
    with case.assertRaisesWithPredicateMatch(ValueError, expected):
        raise ValueError("this is wrong")
    with (
        pytest.raises(AssertionError, match="Exception of type"),  # another message
        case.assertRaisesWithPredicateMatch(ValueError, expected),
    ):
        raise ValueError("this is not")
    with (
        pytest.raises(AssertionError, match="Exception of type"),  # another class
        case.assertRaisesWithPredicateMatch(TypeError, expected),
    ):
        raise ValueError("this is wrong")
    with (
        pytest.raises(AssertionError, match="ValueError not raised"),
        case.assertRaisesWithPredicateMatch(ValueError, expected),
    ):
        pass


def test_an_expected_error_of_a_run(case):
    v = tf.get_variable("lost", initializer=1.0)
    with case.session() as session, case.assertRaisesOpError("lost"):
        session.run(v)
    with pytest.raises(AssertionError), case.assertRaisesOpError("lost"):
        raise ValueError("lost")


def test_literal_messages(case):
    with case.assertRaisesWithLiteralMatch(ValueError, "a+b"):
        raise ValueError("a+b")
    with case.assertRaisesRegexp(ValueError, "a.b"):
        raise ValueError("a+b")


# ---------------------------------------------------------------------- messages


def test_messages_and_their_text(case):
    node = tf.constant([1.0, 2.0], name="c").op.node_def
    text = str(node)
    case.assertProtoEquals(text, node)
    case.assertProtoEquals(node, node)
    with pytest.raises(AssertionError):
        case.assertProtoEquals(text.replace('"c"', '"d"'), node)
    with pytest.raises(AssertionError, match="Can't compare protos"):
        case.assertProtoEquals(3, node)
    graph = tf.get_default_graph().as_graph_def()
    case.assertProtoEqualsVersion("\n".join(f"node {{ {text} }}" for text in [text]), graph)


def test_every_form_of_the_text_format():
    message = text_format.merge(
        """
        # a comment
        name: 'a' "b" ; op: "No\\nOp\\101",
        input: [ "x", "^y" ]
        input: "z"
        attr < key: "n" value: { i: -0x10 } >
        attr { key: "o" value { i: 017 } }
        attr { key: "f" value { f: 1.5e-3f } }
        attr { key: "inf" value { f: -inf } }
        attr { key: "b" value { b: true } }
        attr { key: "t" value { type: DT_FLOAT_REF } }
        attr { key: "s" value { shape { dim { size: 3 } dim { size: -1 } } } }
        attr { key: "l" value { list { i: [1, 2] type: DT_INT32 } } }
        attr { key: "e" value { shape { } } }
        """,
        tf.NodeDef(),
    )
    assert (message.name, message.op) == ("ab", "No\nOpA")
    assert list(message.input) == ["x", "^y", "z"]
    attr = message.attr
    assert (attr["n"].i, attr["o"].i, attr["b"].b, attr["t"].type) == (-16, 15, True, 101)
    assert attr["f"].f == pytest.approx(1.5e-3)
    assert attr["inf"].f == -INF
    assert [d.size for d in attr["s"].shape.dim] == [3, -1]
    assert (list(attr["l"].list.i), list(attr["l"].list.type)) == ([1, 2], [3])
    assert attr["e"].WhichOneof("value") == "shape"
    assert text_format.merge(str(message), tf.NodeDef()) == message


@pytest.mark.parametrize(
    "text", ["nothing: 3", "name 'a'", "name: 3", "attr { key: 'a'", "name: 'a", "device: 'x' }"]
)
def test_what_is_no_text_is_refused(text):
    with pytest.raises(text_format.ParseError):
        text_format.merge(text, tf.NodeDef())


def test_equal_graphs(case):
    def graph(value, extra=False):
        with tf.Graph().as_default() as g:
            tf.constant(value, name="a")
            if extra:
                tf.constant(1, name="b")
            return g.as_graph_def()

    tf.test.assert_equal_graph_def(graph(1.0), graph(1.0))
    with pytest.raises(AssertionError, match="Node 'a' differs"):
        tf.test.assert_equal_graph_def(graph(1.0), graph(2.0))
    with pytest.raises(AssertionError, match="Found unexpected node 'b'"):
        tf.test.assert_equal_graph_def(graph(1.0, True), graph(1.0))
    with pytest.raises(AssertionError, match="Did not find expected node 'b'"):
        tf.test.assert_equal_graph_def(graph(1.0), graph(1.0, True))
    with pytest.raises(TypeError, match=r"Expected tf.GraphDef for actual, got str"):
        tf.test.assert_equal_graph_def("", graph(1.0))


# ---------------------------------------------------------------------- test cases


def run_case(cls, method="testIt"):
    result = unittest.TestResult()
    cls(method).run(result)
    return result


def test_each_test_has_a_new_graph_and_the_same_seeds():
    seen = []

    class Case(tf.test.TestCase):
        def testIt(self):
            seen.append((tf.get_default_graph(), tf.get_default_graph().seed, np.random.rand()))

    before = tf.get_default_graph()
    assert run_case(Case).wasSuccessful()
    assert run_case(Case).wasSuccessful()
    (a, seed, number), (b, _, same) = seen
    assert len({id(g) for g in (before, a, b)}) == 3
    assert seed == 87654321
    assert number == same == np.random.RandomState(87654321).rand()


def test_a_case_inside_somebodys_graph_leaves_it_alone():
    class Case(tf.test.TestCase):
        def testIt(self):
            tf.constant(1.0)

    with tf.Graph().as_default() as graph:
        assert run_case(Case).wasSuccessful()
        assert tf.get_default_graph() is graph
        assert graph.get_operations() == []


def test_sessions():
    sessions = []

    class Case(tf.test.TestCase):
        def testIt(self):
            with self.session() as first:
                assert tf.get_default_session() is first
                self.assertEqual(tf.constant(1.0).device, "/device:CPU:0")
            with self.session(use_gpu=True) as second:
                assert second is not first
                self.assertEqual(tf.constant(1.0).device, "")
            with self.cached_session() as cached:
                pass
            with self.cached_session() as again, self.test_session() as third:
                assert cached is again is third
            with self.test_session(graph=tf.Graph()) as other:
                assert other is not cached
            with (
                self.assertRaisesRegex(ValueError, "^The graph used to get the cached session"),
                self.cached_session(graph=tf.Graph()),
            ):
                pass
            assert self.evaluate({"a": tf.constant(2)}) == {"a": 2}
            sessions.append(cached)

    assert run_case(Case).errors == []
    with pytest.raises(RuntimeError):
        sessions[0].run(tf.constant(1.0))


def test_runners_do_not_take_test_session_for_a_test():
    class Case(tf.test.TestCase):
        def testIt(self):
            pass

    assert unittest.TestLoader().getTestCaseNames(Case) == ["testIt"]


def test_threads():
    class Case(tf.test.TestCase):
        def testIt(self):
            done = []
            thread = self.checkedThread(target=done.append, args=(1,))
            thread.start()
            thread.join()
            self.assertEqual([1], done)

        def testError(self):
            thread = self.checkedThread(target=lambda: 1 // 0)
            thread.start()
            thread.join()

        def testForgotten(self):
            self.checkedThread(target=lambda: None).start()

    assert run_case(Case).wasSuccessful()
    assert "division" in run_case(Case, "testError").failures[0][1]
    assert "was not joined" in run_case(Case, "testForgotten").failures[0][1]


def test_folders_and_streams():
    class Case(tf.test.TestCase):
        def testIt(self):
            folder = self.get_temp_dir()
            assert folder == self.get_temp_dir()
            assert folder.startswith(tf.test.get_temp_dir())
            with open(os.path.join(folder, "log"), "w+") as stream:
                with self.captureWritesToStream(stream) as captured:
                    stream.write("kept")
                    assert captured.contents() == "kept"
                stream.write("after")
                assert captured.contents() == "kept"

    assert run_case(Case).errors == run_case(Case).failures == []


def test_main_runs_the_tests_of_a_file(tmp_path):
    path = tmp_path / "some_test.py"
    path.write_text(
        "import tfgrad as tf\n"
        "class Case(tf.test.TestCase):\n"
        "    def testIt(self):\n"
        "        self.assertEqual(1, 2)\n"
        "if __name__ == '__main__':\n"
        "    tf.test.main()\n"
    )
    root = os.path.dirname(os.path.dirname(tf.__file__))
    result = subprocess.run(
        [sys.executable, path],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert "Ran 1 test" in result.stderr


def test_where_it_runs():
    assert tf.test.is_gpu_available() == bool(tf.test.gpu_device_name())
    assert not tf.test.is_gpu_available(min_cuda_compute_capability=(99, 0))
    assert isinstance(tf.test.is_built_with_cuda(), bool)
    assert tf.test.mock is unittest.mock


# ---------------------------------------------------------------------- Jacobians


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_a_jacobian_of_every_real_type(case, dtype):
    x = tf.placeholder(dtype, [2])
    with case.session():
        theoretical, numerical = tf.test.compute_gradient(
            x, [2], x * x, [2], x_init_value=np.array([1.0, 2.0]), delta=0.125
        )
    # A square has no third derivative, and powers of two are exact.
    np.testing.assert_array_equal(theoretical.astype(float), [[2, 0], [0, 4]])
    np.testing.assert_array_equal(numerical.astype(float), [[2, 0], [0, 4]])


def test_real_parts_come_before_imaginary_parts_of_each_element(case):
    z = tf.placeholder(tf.complex64, [2])
    with case.session():
        jacobian, _ = tf.test.compute_gradient(z, [2], tf.imag(z), [2])
    np.testing.assert_array_equal(jacobian, [[0, 0], [1, 0], [0, 0], [0, 1]])


def test_initializers_and_other_feeds(case):
    x, k = tf.placeholder(tf.float64, [1]), tf.placeholder(tf.float64, [])
    v = tf.get_variable("v", initializer=np.float64(3.0))
    with case.session():
        jacobian, _ = tf.test.compute_gradient(
            x, [1], x * k * v, [1], init_targets=[v.initializer], extra_feed_dict={k: 5.0}
        )
    np.testing.assert_allclose(jacobian, [[15.0]], rtol=1e-15)


def test_a_wrong_gradient_is_found(case):
    @tf.custom_gradient
    def wrong(x):
        return x * x, lambda dy: dy * 3.0 * x

    x = tf.placeholder(tf.float64, [1])
    with case.session():
        error = tf.test.compute_gradient_error(x, [1], wrong(x), [1], np.array([2.0]))
    assert error == pytest.approx(2.0, abs=1e-6)


def test_what_compute_gradient_refuses(case):
    x, i = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.int32, [2])
    with pytest.raises(ValueError, match="session"):
        tf.test.compute_gradient(x, [2], x * x, [2])
    with case.session():
        with pytest.raises(AssertionError, match="Don't support type int32 for x"):
            tf.test.compute_gradient(i, [2], tf.cast(i, tf.float32), [2])
        with pytest.raises(AssertionError, match="init_data shape"):
            tf.test.compute_gradient(x, [2], x * x, [2], x_init_value=np.ones(3))
        with pytest.raises(AssertionError, match="does not depend on"):
            tf.test.compute_gradient(x, [2], tf.ones([2]), [2])
