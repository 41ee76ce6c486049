"""`tf.python.ops.losses.losses`: a private import path of TensorFlow."""

from tfgrad.losses import *
from tfgrad.losses import __all__
