"""tfgrad: TensorFlow-1 graphs on JAX."""
