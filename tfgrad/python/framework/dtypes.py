"""`tf.python.framework.dtypes`: a private import path of TensorFlow."""

from tfgrad.dtypes import *
from tfgrad.dtypes import __all__
