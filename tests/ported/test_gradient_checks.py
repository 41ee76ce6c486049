"""A file of tests as users of TensorFlow 1 write them: `tf.test.TestCase` and gradient checks.

Written for tfgrad in that manner, with names and idioms of its time; every assertion holds under
TensorFlow 1.15 too (``import tensorflow as tf``).  Oracles: central differences, closed forms.
"""

# ruff: noqa: PT009, PT027 (the manner is the point)

import numpy as np

import tfgrad as tf


def my_softplus(x):
    """With a gradient that does not overflow."""

    @tf.custom_gradient
    def f(x):
        e = tf.exp(x)

        def grad(dy):
            return dy * (1 - 1 / (1 + e))

        return tf.log(1 + e), grad

    return f(x)


class ElementwiseGradientTest(tf.test.TestCase):
    FUNCTIONS = (
        (tf.exp, -2.0, 2.0),
        (tf.log, 0.2, 2.0),
        (tf.tanh, -2.0, 2.0),
        (tf.sigmoid, -4.0, 4.0),
        (tf.sqrt, 0.2, 3.0),
        (tf.nn.softplus, -3.0, 3.0),
        (tf.square, -3.0, 3.0),
        (my_softplus, -3.0, 3.0),
    )

    def _x(self, low, high, shape=(3, 2)):
        return np.random.uniform(low, high, shape).astype(np.float64)

    def testFirstOrder(self):
        with self.cached_session():
            for function, low, high in self.FUNCTIONS:
                x_value = self._x(low, high)
                x = tf.constant(x_value)
                err = tf.test.compute_gradient_error(x, (3, 2), function(x), (3, 2), x_value)
                # The error of the difference is h**2 |f'''| / 6 with h = 1e-3; log at 0.2 has
                # |f'''| = 250.
                self.assertLess(err, 5e-5)

    def testSecondOrder(self):
        with self.cached_session():
            for function, low, high in self.FUNCTIONS:
                x_value = self._x(low, high)
                x = tf.constant(x_value)
                g = tf.gradients(function(x), x)[0]
                err = tf.test.compute_gradient_error(x, (3, 2), g, (3, 2), x_value)
                self.assertLess(err, 1e-3)  # |f''''| = 3750 for log at 0.2

    def testReluAwayFromTheKink(self):
        x_value = np.asarray([[-0.9, -0.7, -0.5], [0.1, 0.3, 0.5]], dtype=np.float32, order="F")
        with self.session():
            x = tf.constant(x_value, name="x")
            y = tf.nn.relu(x, name="relu")
            err = tf.test.compute_gradient_error(x, [2, 3], y, [2, 3], x_init_value=x_value)
        self.assertLess(err, 1e-4)

    def testLeakyReluHasTwoSlopes(self):
        with self.session():
            x = tf.placeholder(tf.float64, [4])
            y = tf.where(x > 0, x, 0.1 * x)
            value = np.array([-2.0, -1.0, 1.0, 2.0])
            theoretical, numerical = tf.test.compute_gradient(x, [4], y, [4], x_init_value=value)
        self.assertAllEqual(theoretical, np.diag([0.1, 0.1, 1.0, 1.0]))
        self.assertAllClose(theoretical, numerical, rtol=1e-9, atol=1e-9)


class MatMulGradientTest(tf.test.TestCase):
    def testBothArguments(self):
        for transpose_a in (False, True):
            for transpose_b in (False, True):
                tf.reset_default_graph()
                a_shape = (4, 3) if transpose_a else (3, 4)
                b_shape = (2, 4) if transpose_b else (4, 2)
                with self.session():
                    a = tf.placeholder(tf.float64, a_shape)
                    b = tf.placeholder(tf.float64, b_shape)
                    y = tf.matmul(a, b, transpose_a, transpose_b)
                    start = [np.random.rand(*a_shape), np.random.rand(*b_shape)]
                    pairs = tf.test.compute_gradient(
                        [a],
                        [a_shape],
                        y,
                        (3, 2),
                        x_init_value=start[:1],
                        extra_feed_dict={b: start[1]},
                    )
                    self.assertEqual(1, len(pairs))
                    self.assertAllClose(*pairs[0])
                    err = tf.test.compute_gradient_error(
                        b, b_shape, y, (3, 2), start[1], extra_feed_dict={a: start[0]}
                    )
                    self.assertLess(err, 1e-9)  # linear: only rounding is left

    def testListOfArguments(self):
        with self.session():
            a = tf.constant([[1.0, 2.0]], tf.float64)
            b = tf.constant([[3.0], [4.0]], tf.float64)
            y = tf.matmul(a, b)
            pairs = tf.test.compute_gradient(
                [a, b],
                [[1, 2], [2, 1]],
                y,
                [1, 1],
                x_init_value=[np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])],
            )
        (of_a, _), (of_b, _) = pairs
        self.assertAllEqual([[3.0], [4.0]], of_a)
        self.assertAllEqual([[1.0], [2.0]], of_b)
        for theoretical, numerical in pairs:
            self.assertAllClose(theoretical, numerical)


class ComplexGradientTest(tf.test.TestCase):
    def testSquareIsHolomorphic(self):
        """d(z**2) = 2 z dz: a rotation and scaling of the plane."""
        with self.session():
            z = tf.placeholder(tf.complex128, [1])
            value = np.array([1.0 + 2.0j])
            theoretical, numerical = tf.test.compute_gradient(z, [1], z * z, [1], value)
        self.assertAllClose([[2.0, 4.0], [-4.0, 2.0]], theoretical)
        self.assertAllClose(theoretical, numerical, rtol=1e-6, atol=1e-6)

    def testConjugateIsNot(self):
        with self.session():
            z = tf.placeholder(tf.complex128, [1])
            theoretical, _ = tf.test.compute_gradient(z, [1], tf.conj(z), [1])
        self.assertAllEqual([[1.0, 0.0], [0.0, -1.0]], theoretical)

    def testModulusIsReal(self):
        with self.session():
            z = tf.placeholder(tf.complex128, [2])
            y = tf.abs(z)
            err = tf.test.compute_gradient_error(z, [2], y, [2], np.array([3 + 4j, -1 + 1j]))
            theoretical, _ = tf.test.compute_gradient(z, [2], y, [2], np.array([3 + 4j, 5 + 0j]))
        self.assertLess(err, 1e-6)
        self.assertAllClose([[0.6, 0], [0.8, 0], [0, 1], [0, 0]], theoretical)


class GatherGradientTest(tf.test.TestCase):
    def testRowsThatOccurTwice(self):
        with self.session():
            table = tf.placeholder(tf.float64, [3, 2])
            y = tf.gather(table, [2, 0, 2])
            self.assertIsInstance(tf.gradients(y, table)[0], tf.IndexedSlices)
            jacobian, numerical = tf.test.compute_gradient(table, [3, 2], y, [3, 2])
        self.assertAllClose(jacobian, numerical)
        self.assertAllEqual(jacobian.sum(axis=1), [1, 1, 0, 0, 2, 2])

    def testVariable(self):
        with self.session() as sess:
            v = tf.get_variable("v", initializer=tf.ones([3, 2], tf.float64))
            sess.run(v.initializer)
            loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(v, [0, 0, 1])))
            g = tf.convert_to_tensor(tf.gradients(loss, v)[0])
            self.assertAllEqual([[4, 4], [2, 2], [0, 0]], g)


class EmptyGradientTest(tf.test.TestCase):
    def testEmptyOutput(self):
        with self.session():
            x = tf.placeholder(tf.float32, [2, 0])
            err = tf.test.compute_gradient_error(x, [2, 0], tf.square(x), [2, 0])
        self.assertEqual(0, err)

    def testEmptyOutputOfFullInput(self):
        with self.session():
            x = tf.placeholder(tf.float32, [3])
            jacobian, _ = tf.test.compute_gradient(x, [3], x[:0], [0])
        self.assertShapeEqual(jacobian, tf.zeros([3, 0]))


class TrainingTest(tf.test.TestCase):
    def setUp(self):
        super().setUp()
        self.x = np.random.randn(20, 3).astype(np.float32)
        self.y = self.x.dot([[1.0], [-2.0], [0.5]]) + 0.25

    def _loss(self):
        w = tf.get_variable("w", [3, 1], initializer=tf.zeros_initializer())
        b = tf.get_variable("b", [], initializer=tf.zeros_initializer())
        return tf.reduce_mean(tf.square(tf.matmul(self.x, w) + b - self.y)), w, b

    def testRegressionConverges(self):
        loss, w, b = self._loss()
        train = tf.train.GradientDescentOptimizer(0.2).minimize(loss)
        with self.session() as sess:
            sess.run(tf.global_variables_initializer())
            for _ in range(200):
                sess.run(train)
            self.assertAllClose([[1.0], [-2.0], [0.5]], w.eval(), atol=1e-4)
            self.assertNear(0.25, sess.run(b), 1e-4)
            self.assertAllLess(tf.abs(tf.matmul(self.x, w) + b - self.y), 1e-3)

    def testGradientNames(self):
        loss, w, b = self._loss()
        grads = tf.gradients(loss, [w, b])
        self.assertLen(grads, 2)
        self.assertStartsWith(grads[0].name, "gradients/MatMul_grad/")
        self.assertShapeEqual(np.zeros([3, 1]), grads[0])

    def testCustomGradientIsUsed(self):
        @tf.RegisterGradient("PortedClipTest")
        def _clip(op, dy):
            return tf.clip_by_value(dy, -0.1, 0.1)

        x = tf.constant([1.0, -3.0])
        with tf.get_default_graph().gradient_override_map({"Identity": "PortedClipTest"}):
            y = tf.identity(x)
        with self.session():
            self.assertAllClose([0.1, -0.1], tf.gradients(y * [2.0, -2.0], x)[0])

    def testMissingGradient(self):
        x = tf.constant([1.0, 1.0])
        with self.assertRaisesRegex(LookupError, "No gradient defined for operation 'Unique'"):
            tf.gradients(tf.unique(x)[0], x)

    def testUninitialized(self):
        loss, _, _ = self._loss()
        with self.cached_session() as sess, self.assertRaisesOpError("uninitialized"):
            sess.run(loss)

    def testFetchingIsTheSameEverySession(self):
        noise = tf.random_normal([5])
        with self.session() as sess:
            first = sess.run(noise)
        with self.session() as sess:
            self.assertAllEqual(first, sess.run(noise))
        self.assertNotAllEqual(first, np.zeros(5))


if __name__ == "__main__":
    tf.test.main()
