"""`tf.python.ops.image_ops_impl`: a private import path of TensorFlow."""

from tfgrad.image import *
from tfgrad.image import __all__
