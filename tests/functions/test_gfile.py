"""Files: what is read and written, and the errors, whose words are TensorFlow's."""

import pytest

import tfgrad as tf

gfile = tf.gfile


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gfile.MakeDirs("d/a/b")
    with gfile.GFile("d/x", "w") as f:
        f.write("héllo\nworld\n")


def test_reading():
    assert gfile.GFile("d/x").read() == "héllo\nworld\n"
    assert gfile.Open("d/x", "rb").read() == "héllo\nworld\n".encode()
    assert gfile.GFile("d/x").read(3) == "hé"  # bytes are counted
    assert list(gfile.FastGFile("d/x")) == ["héllo\n", "world\n"]
    file = gfile.GFile("d/x", "rb")
    file.seek(2)
    assert (file.tell(), file.read(2)) == (2, b"\xa9l")
    file.seek(-3, whence=2)
    assert file.readlines() == [b"ld\n"]
    file.seek(position=1)
    assert (file.tell(), file.size(), file.name, file.mode) == (1, 13, "d/x", "rb")


def test_writing():
    with gfile.GFile("d/x", "a") as f:
        f.write(b"more")
        f.flush()
        assert f.size() == 17
    assert gfile.GFile("d/x").readlines()[-1] == "more"
    with gfile.GFile("d/empty", "w"):
        pass
    assert gfile.Stat("d/empty").length == 0


def test_directories():
    gfile.MkDir("d")  # it is there
    assert sorted(gfile.ListDirectory("d")) == ["a", "x"]
    assert gfile.IsDirectory("d/a")
    assert not gfile.IsDirectory("d/x")
    assert list(gfile.Walk("d")) == [("d", ["a"], ["x"]), ("d/a", ["b"], []), ("d/a/b", [], [])]
    assert next(gfile.Walk("d", in_order=False)) == ("d/a/b", [], [])
    assert list(gfile.Walk("none")) == []
    gfile.DeleteRecursively("d")
    assert not gfile.Exists("d")


def test_copies_and_names():
    gfile.Copy("d/x", "d/y")
    gfile.Rename("d/y", "d/z")
    assert sorted(gfile.Glob("d/[xyz]")) == ["d/x", "d/z"]
    assert sorted(gfile.Glob(["d/x*", "d/z*"])) == ["d/x", "d/z"]
    gfile.Copy("d/x", "d/z", overwrite=True)
    gfile.Rename("d/x", "d/z", overwrite=True)
    gfile.Remove("d/z")
    assert gfile.ListDirectory("d") == ["a"]
    assert gfile.Stat("d").is_directory


errors = tf.errors
ERRORS = [
    (
        lambda: gfile.GFile("d/none").read(),
        errors.NotFoundError,
        "d/none; No such file or directory",
    ),
    (lambda: gfile.GFile("d").read(), errors.FailedPreconditionError, "d; Is a directory"),
    (
        lambda: gfile.GFile("d/x", "q"),
        errors.InvalidArgumentError,
        "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'",
    ),
    (
        lambda: gfile.GFile("d/x").write("a"),
        errors.PermissionDeniedError,
        "File isn't open for writing",
    ),
    (
        lambda: gfile.GFile("d/y", "w").read(),
        errors.PermissionDeniedError,
        "File isn't open for reading",
    ),
    (lambda: gfile.MkDir("none/a"), errors.NotFoundError, "none/a; No such file or directory"),
    (lambda: gfile.ListDirectory("d/x"), errors.NotFoundError, "Could not find directory d/x"),
    (lambda: gfile.Glob("none/*"), errors.NotFoundError, "none; No such file or directory"),
    (lambda: gfile.Copy("d/x", "d/x"), errors.AlreadyExistsError, "file already exists"),
    (
        lambda: gfile.Rename("d/none", "d/y"),
        errors.NotFoundError,
        "d/none; No such file or directory",
    ),
    (lambda: gfile.Remove("d/none"), errors.NotFoundError, "d/none; No such file or directory"),
    (lambda: gfile.Remove("d/a"), errors.FailedPreconditionError, "d/a; Is a directory"),
    (lambda: gfile.Stat("d/none"), errors.NotFoundError, "d/none; No such file or directory"),
    (lambda: gfile.DeleteRecursively("none"), errors.NotFoundError, "none not found"),
]


@pytest.mark.parametrize(("action", "kind", "message"), ERRORS, ids=[row[2] for row in ERRORS])
def test_error(action, kind, message):
    with pytest.raises(kind) as caught:
        action()
    assert caught.value.message == message


def test_a_number_is_not_written():
    with pytest.raises(TypeError, match="Expected binary or unicode string, got 5"):
        gfile.GFile("d/y", "w").write(5)


def test_the_names_of_io_gfile_are_the_same_functions_in_small_letters():
    io = tf.io.gfile
    io.makedirs("e/f")
    io.mkdir("e/g")
    io.copy("d/x", "e/x")
    io.rename("e/x", "e/y")
    assert sorted(io.listdir("e")) == ["f", "g", "y"]
    assert (io.exists("e/y"), io.isdir("e/y"), io.stat("e/y").length) == (True, False, 13)
    assert io.glob("e/y*") == ["e/y"]
    assert next(top for top, _, _ in io.walk("e")) == "e"
    seen = []
    assert list(io.walk("none", onerror=seen.append)) == []
    assert isinstance(seen[0], errors.NotFoundError)
    io.remove("e/y")
    io.rmtree("e")
    assert not io.exists("e")
