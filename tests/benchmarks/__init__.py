"""Measurements, run by hand; pytest collects none of them.

python -m tests.benchmarks.overhead     what a run costs beside jax.jit
python -m tests.benchmarks.building     what a node and its gradient cost
python -m tests.benchmarks.workloads    training steps against JAX written by hand

Times on a shared machine drift, so all are taken in turns and given as medians and as ratios.
"""
