"""`tf.python.ops.spectral_ops`: a private import path of TensorFlow."""

from tfgrad.spectral import *
from tfgrad.spectral import __all__
