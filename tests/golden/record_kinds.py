"""Adds to ``kinds.npz`` what TensorFlow makes of its points; see `kinds`.

    python tests/golden/record_kinds.py

Each op type runs in a process of its own: some inputs end it, or never end.
"""

import os
import pickle
import signal
import sys
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
sys.path.insert(0, str(Path(__file__).parents[2]))

import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import config_pb2

from tests.golden import kinds

PATIENCE = 15  # seconds for a point
LARGEST = 3000  # numbers in one output

CONFIG = config_pb2.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
CONFIG.graph_options.optimizer_options.opt_level = -1
CONFIG.graph_options.rewrite_options.disable_meta_optimizer = True


def result(point: kinds.Point) -> kinds.Point:
    with tf.Graph().as_default():
        try:
            outputs, gradients, feeds = kinds.build(tf, point)
        except Exception as e:
            return point._replace(outputs=type(e).__name__)
        with tf.Session(config=CONFIG) as session:
            try:
                values = session.run(outputs, feeds)
            except Exception as e:
                return point._replace(outputs=type(e).__name__)
            if isinstance(gradients, list):
                try:
                    found = iter(session.run([g for g in gradients if g is not None], feeds))
                    gradients = [g if g is None else next(found) for g in gradients]
                except Exception as e:
                    gradients = type(e).__name__
    if sum(v.size for v in values) > LARGEST:
        return point
    return point._replace(outputs=list(values), gradients=gradients)


def in_a_process(points: list) -> list:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(writer, "wb") as file:
            for point in points:
                signal.alarm(PATIENCE)
                pickle.dump(result(point), file)
                file.flush()
        os._exit(0)
    os.close(writer)
    done = []
    with os.fdopen(reader, "rb") as file:
        while len(done) < len(points):
            try:
                done.append(pickle.load(file))
            except (EOFError, pickle.UnpicklingError):  # that point ended the process
                done.append(points[len(done)])
                os.waitpid(child, 0)
                return done + (in_a_process(points[len(done) :]) if len(done) < len(points) else [])
    os.waitpid(child, 0)
    return done


def main() -> None:
    tf.disable_v2_behavior()
    tf.enable_control_flow_v2()
    groups: dict = {}
    for point in kinds.read():
        groups.setdefault(point.op_type, []).append(point)
    done = [p for points in groups.values() for p in in_a_process(points)]
    kept = [p for p in done if p.outputs is not None]
    kinds.write(kept)
    values = sum(isinstance(p.outputs, list) for p in kept)
    print(len(kept), "points,", values, "of them with values;", len(done) - len(kept), "given up")


if __name__ == "__main__":
    main()
