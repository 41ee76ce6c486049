"""Messages: which levels are written, how often, and where they say they come from."""

import logging

import pytest

import tfgrad as tf


@pytest.fixture(autouse=True)
def verbosity():
    before = tf.logging.get_verbosity()
    yield
    tf.logging.set_verbosity(before)


@pytest.fixture
def written(caplog):
    def take() -> list[tuple[str, str]]:
        rows = [(r.levelname, r.getMessage()) for r in caplog.records]
        caplog.clear()
        return rows

    return take


def test_what_is_below_the_verbosity_is_silent(written):
    tf.logging.set_verbosity(tf.logging.WARN)
    tf.logging.debug("a")
    tf.logging.info("b")
    tf.logging.warn("c %d", 1)
    tf.logging.warning("d")
    tf.logging.error("e")
    tf.logging.fatal("f")
    expected = [("WARNING", "c 1"), ("WARNING", "d"), ("ERROR", "e"), ("CRITICAL", "f")]
    assert written() == expected
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.logging.info("g %s", "x")
    tf.logging.log(tf.logging.INFO, "h")
    tf.logging.vlog(tf.logging.DEBUG, "i")
    assert written() == [("INFO", "g x"), ("INFO", "h")]


def test_verbosity_is_a_number_or_a_name():
    tf.logging.set_verbosity("DEBUG")
    assert tf.logging.get_verbosity() == tf.logging.DEBUG == logging.DEBUG


def test_counting_is_by_line(written):
    tf.logging.set_verbosity(tf.logging.INFO)
    for i in range(5):
        tf.logging.log_every_n(tf.logging.INFO, "every %d", 2, i)
        tf.logging.log_first_n(tf.logging.INFO, "first %d", 2, i)
        tf.logging.log_if(tf.logging.INFO, "if %d", i == 3, i)
    texts = [text for _, text in written()]
    assert [t for t in texts if "every" in t] == ["every 0", "every 2", "every 4"]
    assert [t for t in texts if "first" in t] == ["first 0", "first 1"]
    assert [t for t in texts if "if" in t] == ["if 3"]


def test_a_record_names_the_caller(caplog):
    tf.logging.error("here")
    assert caplog.records[-1].funcName == "test_a_record_names_the_caller"
    tf.logging.TaskLevelStatusMessage("there")
    assert caplog.records[-1].funcName == "test_a_record_names_the_caller"


def test_flush_is_not_there():
    with pytest.raises(NotImplementedError):
        tf.logging.flush()
