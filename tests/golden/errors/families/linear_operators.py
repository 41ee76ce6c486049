"""Linear operators: their arguments, what they are applied to, what they refuse."""

import numpy as np


def _op(name):
    return lambda tf, *args, **options: getattr(tf.linalg, "LinearOperator" + name)(
        *args, **options
    )


Full, Diag, Lower, Identity = map(_op, ("FullMatrix", "Diag", "LowerTriangular", "Identity"))
Scaled, Composition, Block, Kronecker = map(
    _op, ("ScaledIdentity", "Composition", "BlockDiag", "Kronecker")
)
Circulant, LowRank, Zeros, Householder = map(
    _op, ("Circulant", "LowRankUpdate", "Zeros", "Householder")
)
M, A = np.array([[2.0, 1.0], [1.0, 3.0]]), np.ones((2, 3))
ROWS = [
    ("full_vector", lambda tf, p: Full(tf, p([1.0])).to_dense()),
    ("full_integers", lambda tf, p: Full(tf, p([[1]])).to_dense()),
    ("full_not_square_hint", lambda tf, p: Full(tf, p(A), is_square=True).to_dense()),
    ("full_matmul", lambda tf, p: Full(tf, p(M)).matmul(p(np.ones((3, 1))))),
    ("full_matvec", lambda tf, p: Full(tf, p(M)).matvec(p(np.ones(3)))),
    ("full_dtype", lambda tf, p: Full(tf, p(M)).matmul(p(M, "float64"))),
    ("full_solve", lambda tf, p: Full(tf, p(M)).solve(p(np.ones((3, 1))))),
    ("full_solve_not_square", lambda tf, p: Full(tf, p(A)).solve(p(A))),
    ("full_determinant_not_square", lambda tf, p: Full(tf, p(A)).determinant()),
    ("full_solve_singular_hint", lambda tf, p: Full(tf, p(M), is_non_singular=False).solve(p(M))),
    (
        "full_hints",
        lambda tf, p: Full(tf, p(M), is_positive_definite=True, is_non_singular=False).to_dense(),
    ),
    (
        "full_hints_self_adjoint",
        lambda tf, p: Full(tf, p(M), is_self_adjoint=True, is_square=False).to_dense(),
    ),
    ("full_singular", lambda tf, p: Full(tf, p(np.ones((2, 2)))).solve(p(M))),
    ("full_assert", lambda tf, p: Full(tf, p([[1.0, 2.0], [3.0, 1.0]])).assert_self_adjoint()),
    ("full_assert_definite", lambda tf, p: Full(tf, p(-M)).assert_positive_definite()),
    ("full_cholesky", lambda tf, p: Full(tf, p(M)).cholesky().to_dense()),
    ("full_matmul_operator", lambda tf, p: Full(tf, p(M)).matmul(Full(tf, p(A.T))).to_dense()),
    ("diag_scalar", lambda tf, p: Diag(tf, p(1.0)).to_dense()),
    ("diag_integers", lambda tf, p: Diag(tf, p([1, 2])).to_dense()),
    ("diag_not_square", lambda tf, p: Diag(tf, p([1.0]), is_square=False).to_dense()),
    ("diag_matmul", lambda tf, p: Diag(tf, p([1.0, 2.0])).matmul(p(np.ones((3, 2))))),
    ("diag_assert", lambda tf, p: Diag(tf, p([1.0, 0.0])).assert_non_singular()),
    ("diag_assert_definite", lambda tf, p: Diag(tf, p([1.0, -1.0])).assert_positive_definite()),
    ("lower_vector", lambda tf, p: Lower(tf, p([1.0])).to_dense()),
    ("lower_not_square", lambda tf, p: Lower(tf, p(A)).matmul(p(A))),
    ("lower_singular", lambda tf, p: Lower(tf, p([[0.0, 0.0], [1.0, 1.0]])).assert_non_singular()),
    ("identity_float", lambda tf: Identity(tf, 2.0)),
    ("identity_negative", lambda tf: Identity(tf, -1)),
    ("identity_vector", lambda tf: Identity(tf, [2])),
    ("identity_batch", lambda tf: Identity(tf, 2, batch_shape=2)),
    ("identity_batch_negative", lambda tf: Identity(tf, 2, batch_shape=[-1])),
    ("identity_not_definite", lambda tf: Identity(tf, 2, is_positive_definite=False)),
    ("identity_matmul", lambda tf, p: Identity(tf, 2).matmul(p(np.ones((3, 1))))),
    ("scaled_type", lambda tf, p: Scaled(tf, 2, p(3)).to_dense()),
    ("scaled_not_square", lambda tf, p: Scaled(tf, 2, p(3.0), is_square=False).to_dense()),
    ("scaled_singular", lambda tf, p: Scaled(tf, 2, p(0.0)).assert_non_singular()),
    ("zeros_solve", lambda tf, p: Zeros(tf, 2).solve(p(M))),
    ("composition_empty", lambda tf: Composition(tf, [])),
    (
        "composition_shapes",
        lambda tf, p: Composition(tf, [Full(tf, p(M)), Full(tf, p(A.T))]).to_dense(),
    ),
    (
        "composition_dtypes",
        lambda tf, p: Composition(tf, [Full(tf, p(M)), Full(tf, p(M, "float64"))]).to_dense(),
    ),
    ("block_empty", lambda tf: Block(tf, [])),
    (
        "block_dtypes",
        lambda tf, p: Block(tf, [Full(tf, p(M)), Full(tf, p(M, "float64"))]).to_dense(),
    ),
    ("block_not_square", lambda tf, p: Block(tf, [Full(tf, p(A))]).to_dense()),
    (
        "block_matmul",
        lambda tf, p: Block(tf, [Full(tf, p(M)), Full(tf, p(M))]).matmul(p(np.ones((3, 1)))),
    ),
    ("kronecker_empty", lambda tf: Kronecker(tf, [])),
    (
        "kronecker_matmul",
        lambda tf, p: Kronecker(tf, [Full(tf, p(M)), Full(tf, p(M))]).matmul(p(np.ones((3, 1)))),
    ),
    ("circulant_scalar", lambda tf, p: Circulant(tf, p(1.0)).to_dense()),
    (
        "circulant_matmul",
        lambda tf, p: Circulant(tf, p([1.0 + 0j, 2.0])).matmul(p(np.ones((3, 1)) + 0j)),
    ),
    (
        "circulant_dtype",
        lambda tf, p: Circulant(tf, p([1.0, 2.0]), input_output_dtype=tf.float32).matmul(
            p(np.ones((2, 1)), "float64")
        ),
    ),
    ("low_rank_u", lambda tf, p: LowRank(tf, Full(tf, p(M)), p(np.ones((3, 1)))).to_dense()),
    (
        "low_rank_v",
        lambda tf, p: LowRank(
            tf, Full(tf, p(M)), p(np.ones((2, 1))), v=p(np.ones((2, 2)))
        ).to_dense(),
    ),
    (
        "low_rank_diag",
        lambda tf, p: LowRank(
            tf, Full(tf, p(M)), p(np.ones((2, 1))), diag_update=p([1.0, 2.0])
        ).to_dense(),
    ),
    ("householder_scalar", lambda tf, p: Householder(tf, p(1.0)).to_dense()),
    (
        "householder_definite",
        lambda tf, p: Householder(tf, p([1.0, 2.0]), is_positive_definite=True).to_dense(),
    ),
]
