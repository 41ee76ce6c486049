"""Per op type of images: where its derivatives are tested.

Most ops give float32 whatever they take, so that the arrays here are of that type.  Resizing is
linear: large steps are exact, and the differences have the rounding errors of the sums alone.
"""

import numpy as np

from tests.gradients.rows import Row, i, p, r

f32 = np.float32
_SINGLE = {"step": 0.5, "rtol": 2e-5}
_CENTERS = {"half_pixel_centers": True}
_ALIGNED = {"align_corners": True}


def _x(*shape: int) -> np.ndarray:
    return r(*shape).astype(f32)


# No place of a crop is near an element of the image, and none leaves it within a step.
_BOXES = np.array([[0.12, 0.25, 0.81, 0.87], [0.9, 0.15, 0.33, 0.7]], f32)
_CROP = (_x(2, 5, 6, 2), _BOXES, i(1, 0))
_SMOOTH = {"step": 0.02, "rtol": 1e-3}
_SCALED = (np.array([1.3, 0.6], f32), np.array([0.2, -0.3], f32))
_MOVED = np.array([[1, 0, 1, 0, 1, -1, 0, 0]], f32)  # one column to the left, one row down
_NEAREST = {"interpolation": "NEAREST"}
_COLOURS = np.array([[0.9, 0.5, 0.2], [0.3, 0.8, 0.5], [0.4, 0.2, 0.7], [0.8, 0.3, 0.6]])

ROWS = [
    Row("ResizeBilinear", (_x(1, 3, 4, 2), i(5, 3)), **_SINGLE),
    Row("ResizeBilinear", (_x(2, 4, 2, 1), i(2, 5)), _CENTERS, **_SINGLE),
    Row("ResizeBilinear", (_x(1, 3, 4, 1), i(4, 4)), _ALIGNED, **_SINGLE),
    Row("ResizeBilinearGrad", (_x(1, 5, 3, 2), _x(1, 3, 4, 2)), of=(0,), **_SINGLE),
    Row("ResizeBilinearGrad", (_x(1, 5, 3, 2), r(1, 3, 4, 2)), _CENTERS, of=(0,), **_SINGLE),
    Row("ResizeNearestNeighbor", (r(1, 3, 4, 2), i(5, 8)), step=0.5),
    Row("ResizeNearestNeighbor", (r(1, 3, 4, 1), i(2, 3)), _ALIGNED, step=0.5),
    Row("ResizeNearestNeighborGrad", (r(1, 6, 8, 1), i(3, 4)), step=0.5),
    Row("ResizeNearestNeighborGrad", (r(1, 2, 5, 1), i(3, 4)), _CENTERS, step=0.5),
    Row("ResizeBicubic", (_x(1, 3, 4, 1), i(5, 3)), **_SINGLE),
    Row("ResizeBicubic", (_x(1, 3, 4, 1), i(2, 7)), _CENTERS, **_SINGLE),
    Row("ResizeBicubicGrad", (_x(1, 5, 3, 1), _x(1, 3, 4, 1)), of=(0,), **_SINGLE),
    Row("ScaleAndTranslate", (_x(1, 4, 3, 1), i(5, 2), *_SCALED), of=(0,), **_SINGLE),
    Row("ScaleAndTranslateGrad", (_x(1, 5, 2, 1), _x(1, 4, 3, 1), *_SCALED), of=(0,), **_SINGLE),
    Row("CropAndResize", (*_CROP, i(3, 2)), of=(0,), **_SINGLE),
    Row("CropAndResize", (*_CROP, i(3, 2)), of=(1,), **_SMOOTH),
    Row("CropAndResize", (*_CROP, i(1, 1)), of=(1,), **_SMOOTH),
    Row("CropAndResize", (*_CROP, i(3, 4)), {"method": "nearest"}, of=(0,), **_SINGLE),
    Row(
        "CropAndResizeGradImage",
        (_x(2, 3, 2, 2), *_CROP[1:], i(2, 5, 6, 2)),
        {"T": "float32"},
        of=(0,),
        **_SINGLE,
    ),
    Row(
        "CropAndResizeGradImage",
        (_x(2, 3, 2, 2), *_CROP[1:], i(2, 5, 6, 2)),
        {"T": "float32"},
        of=(1,),
        **_SMOOTH,
    ),
    Row("CropAndResizeGradBoxes", (_x(2, 3, 2, 2), *_CROP), of=(0, 1), **_SINGLE),
    Row("CropAndResizeGradBoxes", (_x(2, 3, 2, 2), *_CROP), of=(2,), **_SMOOTH),
    Row("ImageProjectiveTransformV2", (r(1, 4, 3, 1), _MOVED, i(4, 3)), _NEAREST, of=(0,)),
    Row("ImageProjectiveTransformV3", (r(1, 4, 3, 1), _MOVED, i(4, 3), f32(0)), _NEAREST, of=(0,)),
    Row("RGBToHSV", (_COLOURS + p(4, 3) / 50,)),
]

IN_SINGLE = "tested in float32"
OF_INVERSE = (
    "the gradient transformed back, as in TensorFlow: exact where elements move one to one; "
    "none with respect to the transforms"
)
BOXES = "of the boxes that of a bilinear crop also where `method` is `nearest`, as in TensorFlow"

REMARKS = {
    "CropAndResize": BOXES,
    "ImageProjectiveTransformV2": OF_INVERSE,
    "ImageProjectiveTransformV3": OF_INVERSE,
    "ResizeBicubic": f"of `float32` and `float64`, as in TensorFlow; {IN_SINGLE}",
    "ResizeBilinear": IN_SINGLE,
    "ScaleAndTranslate": f"none with respect to scale and translation; {IN_SINGLE}",
}

NONE = "TensorFlow has none"
NO_SECOND = "TensorFlow has no second derivative"

DIFFERENCES = {
    "CropAndResize": NO_SECOND,
    "CropAndResizeGradBoxes": NONE,
    "CropAndResizeGradImage": NONE,
    "ResizeBicubic": NO_SECOND,
    "ResizeBicubicGrad": NONE,
    "ResizeBilinear": "TensorFlow's second derivative is None",
    "ResizeBilinearGrad": "TensorFlow says that there is none",
    "ResizeNearestNeighbor": NO_SECOND,
    "ResizeNearestNeighborGrad": NONE,
    "ScaleAndTranslate": NO_SECOND,
    "ScaleAndTranslateGrad": NONE,
}
