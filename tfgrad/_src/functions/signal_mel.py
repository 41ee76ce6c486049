"""The mel scale of frequencies, on which equal steps sound equally far apart.

::

    mel = 1127 log(1 + hertz / 700)
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_binary import maximum, minimum
from tfgrad._src.functions.cwise_unary import log, rsqrt
from tfgrad._src.functions.fill import linspace
from tfgrad._src.functions.join import split
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims, reshape
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.signal_cosine import dct
from tfgrad._src.functions.signal_frames import frame
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _to_mel(hertz) -> Tensor:
    with name_scope(None, "hertz_to_mel", [hertz]):
        return 1127.0 * log(1.0 + convert_to_tensor(hertz) / 700.0)


def _check(num_mel_bins, sample_rate, lower, upper, dtype: dt.DType) -> None:
    if num_mel_bins <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {num_mel_bins}")
    if lower < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower}")
    if lower >= upper:
        raise ValueError(f"lower_edge_hertz {lower:.1f} >= upper_edge_hertz {upper:.1f}")
    if not isinstance(sample_rate, Tensor):
        if sample_rate <= 0.0:
            raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
        if upper > sample_rate / 2:
            raise ValueError(
                f"upper_edge_hertz must not be larger than the Nyquist frequency "
                f"(sample_rate / 2). Got {upper} for sample_rate: {sample_rate}"
            )
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {dtype}")


def linear_to_mel_weight_matrix(
    num_mel_bins=20, num_spectrogram_bins=129, sample_rate=8000, lower_edge_hertz=125.0,
    upper_edge_hertz=3800.0, dtype=dt.float32, name: str | None = None,
) -> Tensor:  # fmt: skip
    """The matrix that turns spectra over hertz into spectra over the mel scale.

    Its columns are triangles of height 1 that overlap by half; each is linear over the mel scale.
    Multiply spectra of shape ``[..., num_spectrogram_bins]`` by it from the right.

    Args:
      num_mel_bins: how many bands.
      num_spectrogram_bins: how many frequencies the spectra have, from 0 to half the sample rate.
      sample_rate: samples per second.
      lower_edge_hertz: the lower end of the first band.
      upper_edge_hertz: the upper end of the last band.
      dtype: a floating type.
      name: the name of the last node; default ``"linear_to_mel_weight_matrix"``.

    Returns:
      The weights, of shape ``[num_spectrogram_bins, num_mel_bins]``.

    Raises:
      ValueError: a number is not positive, or the edges are in the wrong order or too high.

    Example:
      >>> tf.signal.linear_to_mel_weight_matrix(num_mel_bins=40).shape
      TensorShape([Dimension(129), Dimension(40)])
    """
    with name_scope(name, "linear_to_mel_weight_matrix") as scope:
        if isinstance(sample_rate, Tensor):
            known = constant_value(sample_rate)
            sample_rate = sample_rate if known is None else known
        dtype = dt.as_dtype(dtype)
        _check(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, dtype)
        sample_rate = cast(sample_rate, dtype, name="sample_rate")
        lower = convert_to_tensor(lower_edge_hertz, dtype=dtype, name="lower_edge_hertz")
        upper = convert_to_tensor(upper_edge_hertz, dtype=dtype, name="upper_edge_hertz")
        zero = convert_to_tensor(0.0, dtype=dtype)
        hertz = linspace(zero, sample_rate / 2.0, num_spectrogram_bins)[1:]  # 0 is in no band
        mel = expand_dims(_to_mel(hertz), 1)
        edges = linspace(_to_mel(lower), _to_mel(upper), num_mel_bins + 2)
        edges = frame(edges, frame_length=3, frame_step=1)
        lower, centre, upper = (reshape(t, [1, num_mel_bins]) for t in split(edges, 3, axis=1))
        up = (mel - lower) / (centre - lower)
        down = (upper - mel) / (upper - centre)
        weights = maximum(zero, minimum(up, down))
        return pad(weights, [[1, 0], [0, 0]], name=scope)


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms, name: str | None = None) -> Tensor:
    """The cepstral coefficients of spectra over the mel scale.

    ::

        dct(x, type=2) / sqrt(2 n)

    Args:
      log_mel_spectrograms: logarithms of the energies in the bands, of shape ``[..., n]``.
      name: the scope of the nodes; default ``"mfccs_from_log_mel_spectrograms"``.

    Returns:
      A tensor like the argument; often only the first dozen numbers are used.

    Raises:
      ValueError: there are no bands.

    Example:
      >>> tf.Session().run(tf.signal.mfccs_from_log_mel_spectrograms([[1.0, 1.0]]))
      array([[2., 0.]], dtype=float32)
    """
    with name_scope(name, "mfccs_from_log_mel_spectrograms", [log_mel_spectrograms]):
        x = convert_to_tensor(log_mel_spectrograms)
        bands = x.dims[-1] if x.dims else None
        if bands == 0:
            raise ValueError(f"num_mel_bins must be positive. Got: {x}")
        if bands is None:
            bands = shape_of(x)[-1]
        y = dct(x, type=2)
        return y * rsqrt(cast(bands, y.dtype) * 2.0)
