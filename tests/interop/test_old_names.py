"""Names from before TensorFlow 1.0."""

import logging

import pytest

import tfgrad as tf
from tfgrad._src.interop import old_names


@pytest.mark.parametrize("name", sorted(old_names.NEW_NAMES))
def test_old_name_is_the_function_of_today(name):
    assert getattr(tf, name) is getattr(tf, old_names.NEW_NAMES[name])
    assert name not in tf.__all__


def test_new_name_is_said_once(caplog):
    old_names._said.discard("mul")
    with caplog.at_level(logging.WARNING, logger="tfgrad"):
        for _ in range(3):
            assert tf.mul is tf.multiply
    assert [r.getMessage() for r in caplog.records] == [
        "tf.mul is a name from before TensorFlow 1.0: it is called tf.multiply now."
    ]


def test_a_name_that_never_was_is_still_an_error():
    with pytest.raises(AttributeError, match="no attribute 'mull'"):
        tf.mull  # noqa: B018
