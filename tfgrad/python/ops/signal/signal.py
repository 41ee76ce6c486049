"""`tf.python.ops.signal.signal`: a private import path of TensorFlow."""

from tfgrad.signal import *
from tfgrad.signal import __all__
