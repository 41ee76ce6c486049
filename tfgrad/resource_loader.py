"""`tf.resource_loader`: files beside a program."""

from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.interop.resources import (
    get_data_files_path,
    get_path_to_datafile,
    get_root_dir_with_all_resources,
    load_resource,
    readahead_file_path,
)

__all__ = [
    "get_data_files_path",
    "get_path_to_datafile",
    "get_root_dir_with_all_resources",
    "load_resource",
    "readahead_file_path",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
