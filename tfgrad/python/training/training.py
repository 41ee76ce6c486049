"""`tf.python.training.training`: a private import path of TensorFlow."""

from tfgrad.train import *
from tfgrad.train import __all__
