"""What `tf.test` offers: test cases with assertions on arrays, and checks of gradients."""
