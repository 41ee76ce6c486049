"""Per op type of signal processing: where its derivatives are tested."""

from tests.gradients.rows import Row, c, i, r

ROWS = [
    Row("Roll", (r(2, 3), i(1, -5), i(0, 1))),
    Row("FFT", (c(2, 5),)),
    Row("IFFT", (c(4),)),
    Row("FFT2D", (c(2, 3),)),
    Row("IFFT2D", (c(2, 2, 2),)),
    Row("FFT3D", (c(2, 2, 3),)),
    Row("IFFT3D", (c(2, 3, 2),)),
    Row("RFFT", (r(2, 6), i(6)), {"Tcomplex": "complex128"}),
    Row("RFFT", (r(5), i(5)), {"Tcomplex": "complex128"}),
    Row("RFFT", (r(6), i(4)), {"Tcomplex": "complex128"}),
    Row("RFFT2D", (r(3, 4), i(3, 4)), {"Tcomplex": "complex128"}),
    Row("RFFT2D", (r(3, 4), i(2, 3)), {"Tcomplex": "complex128"}),
    Row("RFFT3D", (r(2, 3, 4), i(2, 3, 4)), {"Tcomplex": "complex128"}),
    Row("RFFT3D", (r(2, 2, 4), i(2, 1, 3)), {"Tcomplex": "complex128"}),
    Row("IRFFT", (c(2, 4), i(6)), {"Treal": "float64"}),
    Row("IRFFT", (c(3), i(5)), {"Treal": "float64"}),
    Row("IRFFT", (c(4), i(4)), {"Treal": "float64"}),
    Row("IRFFT2D", (c(2, 3), i(2, 4)), {"Treal": "float64"}),
    Row("IRFFT2D", (c(3, 3), i(2, 3)), {"Treal": "float64"}),
    Row("IRFFT3D", (c(2, 2, 3), i(2, 2, 4)), {"Treal": "float64"}),
    Row("IRFFT3D", (c(3, 2, 3), i(2, 2, 3)), {"Treal": "float64"}),
]

REMARKS: dict[str, str] = {}

CUT = "TensorFlow has none where the transform leaves out the end of its argument"
DIFFERENCES = {
    "RFFT": CUT,
    "RFFT2D": CUT,
    "IRFFT": CUT,
    "IRFFT2D": CUT,
    "RFFT3D": "TensorFlow has none",
    "IRFFT3D": "TensorFlow has none",
}
