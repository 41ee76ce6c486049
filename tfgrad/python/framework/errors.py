"""`tf.python.framework.errors`: a private import path of TensorFlow."""

from tfgrad.errors import *
from tfgrad.errors import __all__
