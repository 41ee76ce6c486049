"""`tf.python.platform.flags`: a private import path of TensorFlow."""

from tfgrad.flags import *
from tfgrad.flags import __all__
