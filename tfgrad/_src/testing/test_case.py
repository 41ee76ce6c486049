"""`tf.test.TestCase`: a fresh graph, fixed seeds, sessions and threads for each test."""

import contextlib
import os
import random
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tfgrad._src.graph import sessions
from tfgrad._src.graph.graph import Graph, has_default_graph, reset_default_graph
from tfgrad._src.graph.seeds import set_random_seed
from tfgrad._src.runtime.session import Session
from tfgrad._src.testing.assertions import ArrayAssertions
from tfgrad._src.testing.environment import get_temp_dir, gpu_device_name

_SEED = 87654321


class TestCase(ArrayAssertions):
    """A `unittest.TestCase` for programs that build graphs.

    Before each test the default graph is a new one, its seed and those of ``random`` and
    ``numpy.random`` are 87654321.

    Example:
      >>> class SquareTest(tf.test.TestCase):
      ...     def testValue(self):
      ...         with self.session():
      ...             self.assertAllClose(tf.square([1.0, 3.0]), [1.0, 9.0])
      >>> import unittest
      >>> unittest.TestResult() == SquareTest("testValue").run()
      False
      >>> SquareTest("testValue").run().wasSuccessful()
      True
    """

    _tempdir: str | None = None
    _cached_session: Session | None = None
    _cached_arguments: tuple = ()

    def __init__(self, methodName: str = "runTest"):
        super().__init__(methodName)
        self._threads: list[_CheckedThread] = []

    def setUp(self) -> None:
        """Starts with a new graph and fixed seeds."""
        super().setUp()
        self._forget_session()
        random.seed(_SEED)
        np.random.seed(_SEED)
        if has_default_graph():  # inside a block of somebody's: leave that graph alone
            self.enterContext(Graph().as_default())
        else:
            reset_default_graph()
        set_random_seed(_SEED)

    def tearDown(self) -> None:
        """Closes the cached session, and fails if a thread is still running."""
        for thread in self._threads:
            thread.check_termination()
        self._forget_session()
        super().tearDown()

    def _forget_session(self) -> None:
        if self._cached_session is not None:
            self._cached_session.close()
            self._cached_session = None

    def get_temp_dir(self) -> str:
        """A folder for this test alone, the same one on every call."""
        if self._tempdir is None:
            self._tempdir = tempfile.mkdtemp(dir=get_temp_dir())
        return self._tempdir

    # ------------------------------------------------------------------ sessions

    def evaluate(self, tensors) -> Any:
        """The values of tensors, in the default session or one for this test.

        Args:
          tensors: what `tf.Session.run` can fetch: a tensor, or lists and dictionaries of them.
        """
        session = sessions.get_default_session()
        if session is not None:
            return session.run(tensors)
        with self.test_session() as session:
            return session.run(tensors)

    @contextlib.contextmanager
    def session(
        self,
        graph: Graph | None = None,
        config=None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        """A new session, for a ``with`` block; its graph is the default graph there.

        Args:
          graph: its graph; default: the default graph.
          config: its `tf.ConfigProto`.
          use_gpu: do not ask for the CPU.
          force_gpu: ask for the GPU.
        """
        with (
            Session(graph=graph, config=config) as session,
            self._devices(session, use_gpu, force_gpu),
        ):
            yield session

    @contextlib.contextmanager
    def cached_session(
        self,
        graph: Graph | None = None,
        config=None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        """The session of this test, for a ``with`` block: made once, closed after the test.

        Args:
          graph: as for `session`, as all others.
          config: see there.
          use_gpu: see there.
          force_gpu: see there.

        Raises:
          ValueError: it was made with other arguments.
        """
        session = self._the_cached_session(graph, config, force_gpu, same=True)
        with self._devices(session, use_gpu, force_gpu):
            yield session

    def _the_cached_session(self, graph, config, force_gpu: bool, same: bool) -> Session:
        if self._cached_session is None:
            self._cached_session = Session(graph=graph, config=config)
            self._cached_arguments = (graph, config, force_gpu)
        names = ("graph", "config", "force_gpu value")
        given = (graph, config, force_gpu)
        for name, new, old in zip(names, given, self._cached_arguments, strict=True):
            if same and new is not old:
                raise ValueError(
                    f"The {name} used to get the cached session is different than the one that was "
                    f"used to create the session. Maybe create a new session with self.session()"
                )
        return self._cached_session

    @property
    def test_session(self) -> Callable:
        """Makes a session for a ``with`` block: the cached one, or a new one for another graph.

        Use `session` or `cached_session`.  (A property, so that no runner takes it for a test.)
        """
        return self._test_session

    @contextlib.contextmanager
    def _test_session(
        self,
        graph: Graph | None = None,
        config=None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        if graph is not None:
            with self.session(graph, config, use_gpu, force_gpu) as session:
                yield session
            return
        session = self._the_cached_session(graph, config, force_gpu, same=False)
        with self._devices(session, use_gpu, force_gpu):
            yield session

    @contextlib.contextmanager
    def _devices(self, session: Session, use_gpu: bool, force_gpu: bool) -> Iterator[None]:
        """Makes ``session`` and its graph the defaults, and asks for a device."""
        wanted = "/device:CPU:0"
        if force_gpu:
            wanted = gpu_device_name() or "/device:GPU:0"
        with session.graph.as_default(), session.as_default():
            if use_gpu and not force_gpu:
                yield
            else:
                with session.graph.device(wanted):
                    yield

    # ------------------------------------------------------------------ threads and streams

    def checkedThread(self, target: Callable, args=None, kwargs=None) -> "_CheckedThread":
        """A thread whose error makes the test fail; it must be joined before the test ends.

        Args:
          target: what the thread calls.
          args: its positional arguments.
          kwargs: its keyword arguments.
        """
        thread = _CheckedThread(self, target, args or (), kwargs or {})
        self._threads.append(thread)
        return thread

    @contextlib.contextmanager
    def captureWritesToStream(self, stream) -> Iterator["_Captured"]:
        """Keeps what is written to a stream with a file descriptor, for a ``with`` block.

        Args:
          stream: for example ``sys.stderr``.

        Returns:
          The block's value; its method ``contents()`` gives the text.
        """
        stream.flush()
        descriptor = stream.fileno()
        handle, path = tempfile.mkstemp(dir=self.get_temp_dir())
        original = os.dup(descriptor)
        os.dup2(handle, descriptor)
        try:
            yield _Captured(path, stream)
        finally:
            stream.flush()
            os.dup2(original, descriptor)
            os.close(original)
            os.close(handle)


class _Captured:
    def __init__(self, path: str, stream):
        self._path, self._stream = path, stream

    def contents(self) -> str:
        """What was written until now."""
        self._stream.flush()
        with open(self._path) as file:
            return file.read()


class _CheckedThread:
    """See `TestCase.checkedThread`; the interface is that of a thread."""

    def __init__(self, test: TestCase, target: Callable, args, kwargs):
        self._test = test
        self._call = (target, args, kwargs)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._error: BaseException | None = None
        self._started = self._joined = False

    def _run(self) -> None:
        target, args, kwargs = self._call
        try:
            target(*args, **kwargs)
        except BaseException as error:  # told by `join`, in the test's own thread
            self._error = error

    def start(self) -> None:
        """Starts the thread."""
        self._started = True
        self._thread.start()

    def join(self) -> None:
        """Waits for the thread, and fails the test if it raised an error."""
        self._joined = True
        self._thread.join()
        if self._error is not None:
            self._test.fail(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive()

    def check_termination(self) -> None:
        """Fails the test if the thread was started and not joined, or is running."""
        if self._joined and not self.is_alive():
            return
        if self._started:
            self._test.fail("A checked thread was not joined before the end of the test.")
