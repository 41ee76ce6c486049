"""Settings of models; the results and the words of errors are those of TensorFlow 1.15."""

import json

import pytest

import tfgrad as tf

HParams = tf.contrib.training.HParams


@pytest.fixture
def hparams():
    return HParams(
        lr=0.1, n=3, act="relu", flag=True, l=[1, 2, 3], fl=[0.5], none=None, s=["a", "b"]
    )


PARSED = [
    ("n=5", {"n": 5}),
    ("n=-4", {"n": -4}),
    ("n =5", {"n": 5}),
    ("n=5,", {"n": 5}),
    ("lr=1e-3", {"lr": 0.001}),
    ("lr=1", {"lr": 1.0}),
    ("lr=-.5", {"lr": -0.5}),
    ("act=tanh", {"act": "tanh"}),
    ("act=", {"act": ""}),
    ("act=a=b", {"act": "a=b"}),
    ("act=a-b_c/d.e", {"act": "a-b_c/d.e"}),
    ("n=5,lr=2,act=a b", {"n": 5, "lr": 2.0, "act": "a b"}),
    ("flag=false", {"flag": False}),
    ("flag=0", {"flag": False}),
    ("l=[4,5]", {"l": [4, 5]}),
    ("l=[ 4 , 5 ]", {"l": [4, 5]}),
    ("l=[]", {"l": []}),
    ("fl=[1,2.5]", {"fl": [1.0, 2.5]}),
    ("s=[x,y,z]", {"s": ["x", "y", "z"]}),
]


@pytest.mark.parametrize(("text", "changed"), PARSED, ids=[row[0] for row in PARSED])
def test_parse(hparams, text, changed):
    before = hparams.values()
    assert hparams.parse(text) is hparams
    assert hparams.values() == {**before, **changed}


REFUSED = [
    ("n=1.5", "Could not parse hparam 'n' of type 'int' with value '1.5' in n=1.5"),
    ("n=", "Could not parse hparam 'n' of type 'int' with value '' in n="),
    ("flag=x", "Could not parse hparam 'flag' of type 'bool' with value 'x' in flag=x"),
    ("l=4", "Must pass a list for multi-valued parameter: l."),
    ("act=[a]", "Must not pass a list for single-valued parameter: act"),
    ("zz=3", "Unknown hyperparameter type for zz"),
    ("n", "Malformed hyperparameter value: n"),
    ("n=5,,lr=1", "Malformed hyperparameter value: ,lr=1"),
    (" n=5", "Malformed hyperparameter value:  n=5"),
    ("l=[1,2", "Malformed hyperparameter value: l=[1,2"),
    ("n=3,n=4", "Multiple assignments to variable 'n' in n=3,n=4"),
    ("l[0]=1,l[0]=2", "Multiple assignments to variable 'l[0]' in l[0]=1,l[0]=2"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused_text(hparams, text, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        hparams.parse(text)
    assert str(caught.value) == message


def test_parse_values():
    types = {"a": int, "b": float, "c": str, "d": int}
    expected = {"a": 1, "b": [1.5, 2.0], "c": "x", "d": {3: 4}}
    parse_values = tf.contrib.training.parse_values
    assert parse_values("a=1,b=[1.5,2],c=x,d[3]=4", types) == expected
    assert parse_values("a=1,q=2", {"a": int}, ignore_unknown=True) == {"a": 1}


def test_types_are_kept(hparams):
    hparams.set_hparam("lr", 1)
    assert isinstance(hparams.lr, float)
    hparams.set_hparam("none", 3.5)
    assert hparams.none == 3.5
    for name, value in [("n", 5.5), ("n", "x"), ("n", True), ("flag", 1), ("n", None)]:
        with pytest.raises(ValueError, match=f"Could not cast hparam '{name}' of type"):
            hparams.set_hparam(name, value)
    with pytest.raises(KeyError):
        hparams.set_hparam("zz", 1)


def test_get(hparams):
    assert (hparams.get("lr"), hparams.get("zz"), hparams.get("zz", 3)) == (0.1, None, 3)
    assert hparams.get("l", [9]) == [1, 2, 3]
    with pytest.raises(ValueError, match="is incompatible with default=x"):
        hparams.get("n", "x")
    with pytest.raises(ValueError, match="Hparam 'l' of type 'list<"):
        hparams.get("l", 3)


def test_add_and_delete(hparams):
    hparams.add_hparam("q", 2)
    assert hparams.q == 2
    assert "q" in hparams
    with pytest.raises(ValueError, match="Hyperparameter name is reserved: q"):
        hparams.add_hparam("q", 2)
    with pytest.raises(ValueError, match="Hyperparameter name is reserved: values"):
        hparams.add_hparam("values", 1)
    with pytest.raises(ValueError, match="Multi-valued hyperparameters cannot be empty: e"):
        hparams.add_hparam("e", [])
    hparams.del_hparam("q")
    hparams.del_hparam("q")  # it is gone
    assert "q" not in hparams


def test_dictionaries_and_json(hparams):
    hparams.override_from_dict({"n": 9, "act": "x"})
    hparams.set_from_map({"lr": 2.0})
    hparams.parse_json('{"l": [8]}')
    assert (hparams.n, hparams.act, hparams.lr, hparams.l) == (9, "x", 2.0, [8])
    assert json.loads(hparams.to_json()) == hparams.values()
    with pytest.raises(KeyError):
        hparams.override_from_dict({"zz": 9})


def test_written_forms():
    hparams = HParams(lr=0.1, act="relu")
    assert repr(hparams) == "HParams([('act', 'relu'), ('lr', 0.1)])"
    assert str(hparams) == "lr=0.1,act=relu"


def test_model_structure():
    hparams = HParams(model_structure="q", a=1)
    assert (hparams.get_model_structure(), hparams.values()) == ("q", {"a": 1})
    hparams.set_model_structure("r")
    assert hparams.get_model_structure() == "r"
