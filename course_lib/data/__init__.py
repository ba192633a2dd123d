"""Where the digits come from: IDX files, MNIST, its writers, the embedded digits, and variants."""

from course_lib.data.augment import Augmentation
from course_lib.data.corruptions import CORRUPTIONS, corrupt
from course_lib.data.course import course_data_note, load_course_data, load_dataset
from course_lib.data.dataset import Dataset, as_images, as_vectors
from course_lib.data.digits28 import load_digits28
from course_lib.data.errors import (
    BadFileError,
    CorruptGzipError,
    DownloadError,
    MissingDataError,
    TrailingBytesError,
    TruncatedFileError,
    WrongHashError,
    WrongMagicError,
    WrongShapeError,
)
from course_lib.data.idx import read_idx, write_idx
from course_lib.data.mnist import load_mnist
from course_lib.data.qmnist import load_qmnist_test
from course_lib.data.splits import hold_out_by_writer, split_validation
from course_lib.data.warp import affine_warp
from course_lib.data.writers import Writers, load_writers

__all__ = [
    "CORRUPTIONS",
    "Augmentation",
    "BadFileError",
    "CorruptGzipError",
    "Dataset",
    "DownloadError",
    "MissingDataError",
    "TrailingBytesError",
    "TruncatedFileError",
    "Writers",
    "WrongHashError",
    "WrongMagicError",
    "WrongShapeError",
    "affine_warp",
    "as_images",
    "as_vectors",
    "corrupt",
    "course_data_note",
    "hold_out_by_writer",
    "load_course_data",
    "load_dataset",
    "load_digits28",
    "load_mnist",
    "load_qmnist_test",
    "load_writers",
    "read_idx",
    "split_validation",
    "write_idx",
]
