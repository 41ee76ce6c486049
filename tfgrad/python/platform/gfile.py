"""`tf.python.platform.gfile`: a private import path of TensorFlow."""

from tfgrad.gfile import *
from tfgrad.gfile import __all__
