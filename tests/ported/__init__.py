"""Whole programs and files of tests, written as users of TensorFlow 1 write them."""
