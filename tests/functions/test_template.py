"""`tf.make_template`: variables are made once, in the right scope.

The nodes are compared with TensorFlow in ``golden/template.json``.
"""

import pytest

import tfgrad as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def line(x, k=1):
    w = tf.get_variable("w", [2], initializer=tf.zeros_initializer())
    return tf.add(x * w, k, name="out")


def names(variables) -> list[str]:
    return [v.name for v in variables]


def test_variables_are_shared():
    template = tf.make_template("T", line)
    assert (template.variables, template.variable_scope, template.variable_scope_name) == (
        [], None, None,
    )  # fmt: skip
    template([1.0, 2.0])
    template([1.0, 2.0], k=2)
    assert names(template.variables) == names(template.weights) == ["T/w:0"]
    assert names(template.trainable_variables) == names(template.global_variables) == ["T/w:0"]
    assert template.non_trainable_variables == template.local_variables == []
    assert (template.name, template.variable_scope_name, template.func) == ("T", "T/", line)


def test_scopes_are_unique_unless_they_are_named():
    for expected in ("T/", "T_1/"):
        template = tf.make_template("T", line)
        template(1.0)
        assert template.variable_scope_name == expected
    named = tf.make_template("T", line, unique_name_="own")
    named(1.0)
    assert named.variable_scope_name == "own/"
    again = tf.make_template("T", line, unique_name_="own")
    with pytest.raises(ValueError, match="Variable own/w already exists, disallowed"):
        again(1.0)


def test_the_scope_is_that_of_the_first_call_or_of_the_making():
    with tf.variable_scope("outer"):
        now = tf.make_template("now", line, create_scope_now_=True)
        later = tf.make_template("later", line)
    assert now.variable_scope_name == "outer/now/"
    now(1.0)
    now(1.0)
    later(1.0)
    assert names(now.variables) == ["outer/now/w:0"]
    assert names(later.variables) == ["later/w:0"]


def test_a_later_call_makes_no_variables():
    template = tf.make_template("T", lambda x: tf.Variable([1.0], name="v") * x)
    template(1.0)
    with pytest.raises(ValueError, match="Trainable variable created when calling a template"):
        template(1.0)


def test_an_error_tells_where_the_template_was_made():
    def wrong(x):
        raise KeyError("boo")

    template = tf.make_template("T", wrong)
    with pytest.raises(KeyError) as caught:
        template(1.0)
    assert caught.value.args == ("boo",)
    (note,) = caught.value.__notes__
    assert "template 'T'" in note
    assert "test_template.py" in note


def test_getter_and_arguments():
    asked = []

    def getter(getter, name, *args, **kwargs):
        asked.append(name)
        return getter(name, *args, **kwargs)

    template = tf.make_template("T", line, custom_getter_=getter, k=5)
    template(1.0)
    y = template(1.0)
    assert asked == ["T/w", "T/w"]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(y).tolist() == [5.0, 5.0]
