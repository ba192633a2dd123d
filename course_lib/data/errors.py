"""What can be wrong with data, one exception for each, so that a caller can tell them apart."""


class BadFileError(ValueError):
    """A data file does not hold what it should. The subclasses say in which way."""


class TruncatedFileError(BadFileError):
    """The file ends too early."""


class TrailingBytesError(BadFileError):
    """The file goes on after its last value."""


class CorruptGzipError(BadFileError):
    """The file is compressed, and the compressed data are damaged."""


class WrongMagicError(BadFileError):
    """The first four bytes are not those of an IDX file."""


class WrongShapeError(BadFileError):
    """The array in the file has another shape or type than expected."""


class WrongHashError(BadFileError):
    """Shape and type are right, but some values differ from the published ones."""


class MissingDataError(FileNotFoundError):
    """Data files are not where they were looked for."""


class DownloadError(ConnectionError):
    """No mirror delivered a good copy."""
