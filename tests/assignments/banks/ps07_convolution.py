"""Right and wrong answers of ps07-convolution; `answers.read_bank` says how to read this."""

LOOPS_FROM_PADDED = '''
    kernel_h, kernel_w, _, filters = W.shape
    out_h = (padded.shape[1] - kernel_h) // stride + 1
    out_w = (padded.shape[2] - kernel_w) // stride + 1
    y = np.zeros((len(x), out_h, out_w, filters))
    for n, h, w, f in np.ndindex(y.shape):
        top, left = h * stride, w * stride
        window = padded[n, top : top + kernel_h, left : left + kernel_w]
        y[n, h, w, f] = (window * W[..., f]).sum() + b[f]
'''

FAST_FROM_PADDED = '''
    kernel_h, kernel_w, _, filters = W.shape
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel_h, kernel_w), axis=(1, 2))
    y = np.tensordot(windows[:, ::stride, ::stride], W, axes=([4, 5, 3], [0, 1, 2])) + b
    return y, {"x": x, "W": W, "stride": stride, "padding": padding}
'''

BACKWARD_BY_PLACES = '''
def conv2d_backward(dy, cache):
    x, W, stride, padding = cache["x"], cache["W"], cache["stride"], cache["padding"]
    m, height, width, c = x.shape
    kernel_h, kernel_w, _, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    dpadded, dW = np.zeros(padded.shape), np.zeros(W.shape)
    db = dy.sum((0, 1, 2))
    for h in range(dy.shape[1]):
        for w in range(dy.shape[2]):
            rows = slice(h * stride, h * stride + kernel_h)
            across = slice(w * stride, w * stride + kernel_w)
            dW += np.einsum("nijc,nf->ijcf", padded[:, rows, across], dy[:, h, w])
            dpadded[:, rows, across] += np.einsum("nf,ijcf->nijc", dy[:, h, w], W)
    dx = dpadded[:, padding : padding + height, padding : padding + width]
    return dx, dW, db
'''


def by_places(*edits):
    """Change the backward pass that loops over output places."""
    source = BACKWARD_BY_PLACES
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


POOL_LOOPS = '''
def max_pool_forward(x, size):
    m, height, width, c = x.shape
    y = np.zeros((m, height // size, width // size, c))
    places = {}
    for n, h, w, k in np.ndindex(y.shape):
        square = x[n, h * size : (h + 1) * size, w * size : (w + 1) * size, k]
        i, j = np.unravel_index(square.argmax(), square.shape)
        y[n, h, w, k] = square[i, j]
        places[n, h, w, k] = n, h * size + i, w * size + j, k
    return y, (x.shape, places)


def max_pool_backward(dy, cache):
    shape, places = cache
    dx = np.zeros(shape)
    for output, place in places.items():
        dx[place] = dy[output]
    return dx
'''

POOL_MASK = '''
def max_pool_forward(x, size):
    m, height, width, c = x.shape
    y = np.zeros((m, height // size, width // size, c))
    for h in range(height // size):
        for w in range(width // size):
            y[:, h, w] = x[:, h * size : (h + 1) * size, w * size : (w + 1) * size].max(axis=(1, 2))
    return y, (x, y, size)


def max_pool_backward(dy, cache):
    x, y, size = cache
    dx = np.zeros(x.shape)
    for h in range(y.shape[1]):
        for w in range(y.shape[2]):
            rows, across = slice(h * size, (h + 1) * size), slice(w * size, (w + 1) * size)
            mask = x[:, rows, across] == y[:, h : h + 1, w : w + 1]
            dx[:, rows, across] = mask * dy[:, h : h + 1, w : w + 1]
    return dx
'''

BANK = {
    "task-1": {
        "right": {
            "by counting": '''
def output_size(n, kernel, stride, padding):
    count, end = 0, kernel
    while end <= n + 2 * padding:
        count, end = count + 1, end + stride
    if count == 0:
        raise ValueError("the kernel is too long")
    return count
''',
            "rounded up": '''
def output_size(n, kernel, stride, padding):
    free = padding + n + padding - (kernel - 1)
    if free <= 0:
        raise ValueError(f"kernel: got {kernel}, at most {n + 2 * padding} fits")
    return -(-free // stride)
''',
            "NumPy integers": '''
class TooLong(ValueError):
    pass


def output_size(n, kernel, stride, padding):
    starts = np.arange(0, n + 2 * padding - kernel + 1, stride)
    if starts.size == 0:
        raise TooLong("argument kernel does not fit")
    return np.int64(starts.size)
''',
            "with a warning and divmod": '''
import warnings


def output_size(n, kernel, stride, padding):
    warnings.warn("counting")
    steps, rest = divmod(n + 2 * padding - kernel, stride)
    if steps * stride + rest < 0:
        raise ValueError("kernel is longer than the padded image")
    return np.array(steps + 1)
''',
            "floor of a quotient": '''
def output_size(n, kernel, stride, padding):
    last = n + 2 * padding - kernel  # where the last window may begin
    if kernel > n + 2 * padding:
        raise ValueError("kernel must fit into the padded image")
    return int(last / stride + 1)
''',
            "length of a range": '''
def output_size(n, kernel, stride, padding):
    places = range(-padding, n + padding - kernel + 1, stride)
    if not places:
        raise ValueError(f"kernel = {kernel} is too long")
    return len(places)
''',
        },
        "wrong": {
            "without the first place": ("add 1.", ("room // stride + 1", "room // stride")),
            "padding once": ("add it twice", ("2 * padding", "padding")),
            "padding taken off": ("add it.", ("+ 2 * padding", "- 2 * padding")),
            "kernel forgotten": ("Subtract the length of the window", (
                "return room // stride", "return (room + kernel) // stride")),
            "rounds up": ("Round down", ("room // stride", "-(-room // stride)")),
            "no stride": ("Divide by the stride", ("room // stride", "room")),
            "true division": ("Division with // keeps integers.",
                ("room // stride", "room / stride")),
            "a float": ("Division with // keeps integers.",
                        ("room // stride + 1", "np.floor(room / stride) + 1")),
            "adds 1 first": ("Add 1 at the end", ("room // stride + 1", "(room + 1) // stride")),
            "no error": ("no error was raised", ("room < 0", "False")),
            "error for an exact fit": ("kernel of 4 does not fit", ("room < 0", "room <= 0")),
            "assert": ("raised AssertionError",
                ("if room < 0:\n        raise ValueError(", "assert room >= 0, (")),
            "says nothing": ("does not name kernel", (
                'f"kernel of {kernel} does not fit into {n} pixels with a padding of {padding}"', '"bad"')),
            "returns 0": ("no error was raised; it returned an int", (
                'raise ValueError(\n            f"kernel of {kernel} does not fit into {n} pixels with a padding of {padding}"\n        )',
                "return 0")),
            "error without the padding": ("raised ValueError", ("room < 0", "kernel > n")),
            "same padding only": ("does not always keep the size",
                ("return room // stride + 1", "return n if padding else room // stride + 1")),
            "prints": ("output_size(9, 3, 1, 0) is wrong.",
                ("return room // stride + 1", "print(room // stride + 1)")),
            "rounds to the nearest": ("is wrong",
                ("room // stride + 1", "round(room / stride) + 1")),
            "padding divided": ("not half of it", ("2 * padding", "padding // 2")),
            "kernel less 1": ("Add 1 only once.", ("- kernel", "- kernel + 1")),
            "at least 1": ("no error was raised",
                ("    if room < 0:", "    room = max(room, 0)\n    if room < 0:")),
            "another kind of error": ("raised IndexError",
                ("raise ValueError(", "raise IndexError(")),
            "keeps the first answer for an image": ("is wrong", '''
kept = {}


def output_size(n, kernel, stride, padding):
    room = n + 2 * padding - kernel
    if room < 0:
        raise ValueError("kernel does not fit")
    return kept.setdefault((n, kernel), room // stride + 1)
'''),
        },
    },
    "task-2": {
        "right": {
            "seven loops": '''
def conv2d_loops(x, W, b, stride, padding):
    m, H, X, C = x.shape
    kh, kw, _, F = W.shape
    oh, ow = (H + 2 * padding - kh) // stride + 1, (X + 2 * padding - kw) // stride + 1
    y = np.empty((m, oh, ow, F))
    for n in range(m):
        for h in range(oh):
            for w in range(ow):
                for f in range(F):
                    total = b[f]
                    for i in range(kh):
                        for j in range(kw):
                            r, q = h * stride + i - padding, w * stride + j - padding
                            if r < 0 or q < 0 or r >= H or q >= X:
                                continue
                            for c in range(C):
                                total += x[n, r, q, c] * W[i, j, c, f]
                    y[n, h, w, f] = total
    return y
''',
            "lists": '''
def conv2d_loops(x, W, b, stride, padding):
    p = padding
    padded = np.pad(x, [(0, 0), (p, p), (p, p), (0, 0)])
    kh, kw = len(W), len(W[0])
    tops = range(0, padded.shape[1] - kh + 1, stride)
    lefts = range(0, padded.shape[2] - kw + 1, stride)
    return np.array([[[[(image[t : t + kh, q : q + kw] * W[:, :, :, f]).sum() + b[f]
                        for f in range(W.shape[3])] for q in lefts] for t in tops]
                     for image in padded])
''',
            "with warnings, F order": '''
import sys


def conv2d_loops(x, W, b, stride, padding):
    print("slow", file=sys.stderr)
    np.log(np.zeros(1))
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
''' + LOOPS_FROM_PADDED + '''
    return np.asfortranarray(y)
''',
            "by an outer product per place": '''
def conv2d_loops(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    out = [output_size(n, k, stride, padding) for n, k in zip(x.shape[1:3], W.shape[:2])]
    y = np.zeros((W.shape[3], len(x), *out))
    for f in range(W.shape[3]):
        y[f] += b[f]
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                part = padded[:, i:, j:][:, ::stride, ::stride][:, : out[0], : out[1]]
                y[f] += (part * W[i, j, :, f]).sum(-1)
    return np.moveaxis(y, 0, -1)
''',
        },
        "wrong": {
            "kernel flipped": ("Do not turn the weights round",
                ("W[..., f])", "W[::-1, ::-1, :, f])")),
            "kernel transposed": ("The first axis of W goes down", (
                "y = np.zeros(", "W = W.swapaxes(0, 1)\n    y = np.zeros(")),
            "no bias": ("Add the bias", (" + b[f]", "")),
            "bias for every pixel": ("once for each window",
                                     ("np.sum(window * W[..., f]) + b[f]",
                                      "sum(window[i, j, k] * W[i, j, k, f] + b[f] for i, j, k in np.ndindex(window.shape))")),
            "stride ignored in the window": ("Windows begin at multiples of the stride",
                                             ("h * stride, w * stride", "h, w")),
            "stride ignored": ("The stride is missing.", (
                "m, height, width, c = x.shape", "m, height, width, c = x.shape\n    stride = 1")),
            "padding ignored": ("The padding is missing.", (
                "m, height, width, c = x.shape", "m, height, width, c = x.shape\n    padding = 0")),
            "padding on one side": ("not the top and the left alone", '''
def conv2d_loops(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, 0), (padding, 0), (0, 0)))
''' + LOOPS_FROM_PADDED + "    return y\n"),
            "padding behind": ("not the bottom and the right alone", '''
def conv2d_loops(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (0, padding), (0, padding), (0, 0)))
''' + LOOPS_FROM_PADDED + "    return y\n"),
            "padding of rows": ("Pad the left and the right as well", '''
def conv2d_loops(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, padding), (0, 0), (0, 0)))
''' + LOOPS_FROM_PADDED + "    return y\n"),
            "padding with the edge": ("Pad with zeros", '''
def conv2d_loops(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="edge")
''' + LOOPS_FROM_PADDED + "    return y\n"),
            "first channel only": ("Add up over all channels.", (
                "np.sum(window * W[..., f])", "np.sum(window[..., 0] * W[..., 0, f])")),
            "channels and filters exchanged": ("the fourth the filter",
                ("W[..., f])", "W[:, :, f])")),
            "one bias for all": ("Every filter has its own bias.", ("b[f]", "b[0]")),
            "returns after one image": ("Fill in every image",
                ("    return y\n", "        return y\n")),
            "sums over the batch": ("do not sum over the batch",
                ("    return y\n", "    return y.sum(axis=0, keepdims=True)\n")),
            "square images only": ("is wrong.",
                ("out_w = output_size(width,", "out_w = output_size(height,")),
            "square windows only": ("conv2d_loops raised ValueError",
                ("left : left + kernel_w", "left : left + kernel_h")),
            "float32": ("an array of float64",
                ("    return y\n", "    return y.astype(np.float32)\n")),
            "the image padded in place": ("changed its argument x in place", (
                "y = np.zeros(", "x *= 1.5\n    y = np.zeros(")),
            "stride down only": ("also across", ("h * stride, w * stride", "h * stride, w")),
            "convolves in place of W": ("changed its argument W in place", (
                "y = np.zeros(", "W[...] = W[::-1]\n    y = np.zeros(")),
            "channels first": ("is wrong.",
                ("    return y\n", "    return y.transpose(0, 3, 1, 2)\n")),
            "divided by the window": ("do not take their mean", ("np.sum(", "np.mean(")),
            "rounded": ("for images of", ("    return y\n", "    return np.round(y, 4)\n")),
            "at most padding 1": ("for images of", (
                "m, height, width, c = x.shape", "m, height, width, c = x.shape\n    padding = min(padding, 1)")),
            "the padded images of the first call": ("is wrong", (
                "    y = np.zeros(",
                "    padded = conv2d_loops.__dict__.setdefault(str((x.shape, padding)), padded)\n    y = np.zeros(")),
            "results kept by shape": ("is wrong", (
                "    return y\n",
                "    return conv2d_loops.__dict__.setdefault(str((x.shape, W.shape, stride, padding)), y)\n")),
            "adds to the result of the last call": ("is wrong", (
                "    y = np.zeros((m, out_h, out_w, filters))",
                "    y = conv2d_loops.__dict__.setdefault(str((m, out_h, out_w, filters)), np.zeros((m, out_h, out_w, filters)))"),
                ("    return y\n", "    return y.copy()\n"),
                ("y[n, h, w, f] =", "y[n, h, w, f] +=")),
            "one array for the result of all calls": ("what an earlier call returned", (
                "    y = np.zeros((m, out_h, out_w, filters))",
                "    y = conv2d_loops.__dict__.setdefault(str((m, out_h, out_w, filters)), np.zeros((m, out_h, out_w, filters)))")),
            "maximum of the products": ("do not take the largest",
                ("np.sum(window", "np.max(window")),
            "rows from the bottom": ("Output row 0 is the upper one",
                ("y[n, h, w, f]", "y[n, out_h - 1 - h, w, f]")),
            "bias of all filters added up": ("do not add those of all", ("+ b[f]", "+ b.sum()")),
            "ReLU at the end": ("Negative results stay",
                ("    return y\n", "    return np.maximum(y, 0.0)\n")),
        },
    },
    "task-3": {
        "right": {
            "all windows in a list": '''
def im2col(x, kernel_h, kernel_w, stride):
    rows = []
    for image in x:
        for top in range(0, x.shape[1] - kernel_h + 1, stride):
            for left in range(0, x.shape[2] - kernel_w + 1, stride):
                rows.append(image[top : top + kernel_h, left : left + kernel_w].ravel())
    return np.array(rows)
''',
            "sliding windows": '''
def im2col(x, kernel_h, kernel_w, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_h, kernel_w), axis=(1, 2))
    windows = windows[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)
    return windows.reshape(-1, kernel_h * kernel_w * x.shape[3])
''',
            "strides by hand": '''
def im2col(x, kernel_h, kernel_w, stride):
    m, height, width, c = x.shape
    shape = (m, (height - kernel_h) // stride + 1, (width - kernel_w) // stride + 1,
             kernel_h, kernel_w, c)
    n, h, w, k = x.strides
    view = np.lib.stride_tricks.as_strided(x, shape, (n, stride * h, stride * w, h, w, k))
    return view.reshape(np.prod(shape[:3]), -1)
''',
            "by fancy indexing, transposed in memory": '''
def im2col(x, kernel_h, kernel_w, stride):
    m, height, width, c = x.shape
    tops = np.arange(0, height - kernel_h + 1, stride)
    lefts = np.arange(0, width - kernel_w + 1, stride)
    r = tops[:, None, None, None] + np.arange(kernel_h)[:, None]
    q = lefts[:, None, None] + np.arange(kernel_w)
    columns = x[:, r, q].reshape(m * len(tops) * len(lefts), kernel_h * kernel_w * c)
    return np.asfortranarray(columns)
''',
            "by one array of indices": '''
def im2col(x, kernel_h, kernel_w, stride):
    m, height, width, c = x.shape
    numbers = np.arange(height * width * c).reshape(height, width, c)
    rows = [numbers[t : t + kernel_h, q : q + kernel_w].reshape(-1)
            for t in range(0, height - kernel_h + 1, stride)
            for q in range(0, width - kernel_w + 1, stride)]
    return x.reshape(m, -1)[:, np.array(rows)].reshape(-1, kernel_h * kernel_w * c)
''',
        },
        "wrong": {
            "transposed": ("not one column", (
                "return columns.reshape(m * out_h * out_w, kernel_h * kernel_w * c)",
                "return columns.reshape(m * out_h * out_w, kernel_h * kernel_w * c).T")),
            "window column by column": ("from left to right first, then down", (
                "return columns.reshape", "return columns.swapaxes(3, 4).reshape")),
            "windows turned round": ("Do not turn the windows round", (
                "columns[:, :, :, i, j]", "columns[:, :, :, kernel_h - 1 - i, kernel_w - 1 - j]")),
            "channel first": ("The channel is the fastest axis", (
                "return columns.reshape", "return columns.transpose(0, 1, 2, 5, 3, 4).reshape")),
            "no transpose": ("Transpose the axes before", '''
def im2col(x, kernel_h, kernel_w, stride):
    m, height, width, c = x.shape
    out_h, out_w = (height - kernel_h) // stride + 1, (width - kernel_w) // stride + 1
    columns = np.zeros((kernel_h, kernel_w, m, out_h, out_w, c))
    for i in range(kernel_h):
        for j in range(kernel_w):
            columns[i, j] = x[:, i:, j:][:, ::stride, ::stride][:, :out_h, :out_w]
    return columns.reshape(m * out_h * out_w, kernel_h * kernel_w * c)
'''),
            "sliding windows not transposed": ("The channel is the fastest axis", '''
def im2col(x, kernel_h, kernel_w, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_h, kernel_w), axis=(1, 2))
    return windows[:, ::stride, ::stride].reshape(-1, kernel_h * kernel_w * x.shape[3])
'''),
            "kernel sides exchanged": ("kernel_h comes before kernel_w",
                ("def im2col(x, kernel_h, kernel_w,", "def im2col(x, kernel_w, kernel_h,")),
            "down before across": ("before you go down", (
                "return columns.reshape", "return columns.swapaxes(1, 2).reshape")),
            "images mixed": ("come before those of the second", (
                "return columns.reshape", "return columns.transpose(1, 2, 0, 3, 4, 5).reshape")),
            "first channel only": ("Take all channels.", (
                "m, height, width, c = x.shape", "x = x[..., :1]\n    m, height, width, c = x.shape")),
            "stride ignored": ("is wrong.", (
                "m, height, width, c = x.shape", "m, height, width, c = x.shape\n    stride = 1")),
            "stride in the count only": ("Windows begin at multiples", (
                "slice(j, j + stride * out_w, stride)", "slice(j, j + out_w)")),
            "dilated": ("not between the pixels of one", '''
def im2col(x, kernel_h, kernel_w, stride):
    m, height, width, c = x.shape
    out_h = (height - kernel_h) // stride + 1
    out_w = (width - kernel_w) // stride + 1
    rows = []
    for n in range(m):
        for h in range(out_h):
            for w in range(out_w):
                rows.append(x[n, h : h + stride * kernel_h : stride, w : w + stride * kernel_w : stride].ravel())
    return np.array(rows)
'''),
            "six axes": ("is wrong.",
                ("return columns.reshape(m * out_h * out_w, kernel_h * kernel_w * c)",
                                       "return columns")),
            "square images only": ("im2col raised ValueError", (
                "out_w = output_size(width, kernel_w, stride, 0)", "out_w = output_size(height, kernel_w, stride, 0) if m > 1 and c > 1 else output_size(width, kernel_w, stride, 0)")),
            "first image only": ("windows of its own",
                ("x[:, rows, across]", "x[0, rows, across]")),
            "a list": ("a list of length",
                ("return columns.reshape(m * out_h * out_w, kernel_h * kernel_w * c)",
                                            "return columns.reshape(m * out_h * out_w, kernel_h * kernel_w * c).tolist()")),
            "strides of a contiguous array": ("images of", '''
def im2col(x, kernel_h, kernel_w, stride):
    m, height, width, c = x.shape
    shape = (m, (height - kernel_h) // stride + 1, (width - kernel_w) // stride + 1,
             kernel_h, kernel_w, c)
    n, h, w, k = 8 * height * width * c, 8 * width * c, 8 * c, 8
    view = np.lib.stride_tricks.as_strided(x, shape, (n, stride * h, stride * w, h, w, k))
    return view.reshape(np.prod(shape[:3]), -1)
'''),
            "pads by itself": ("is wrong.", ("m, height, width, c = x.shape",
                                             "x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))\n    m, height, width, c = x.shape")),
            "scales in place": ("changed its argument x",
                ("return columns", "x -= x.mean()\n    return columns")),
            "windows of the first call": ("is wrong", (
                "    return columns.reshape",
                ("    columns = im2col.__dict__.setdefault(str((x.shape, kernel_h, kernel_w, stride)), columns)\n"
                "    return columns.reshape"))),
            "one matrix for all calls": ("what an earlier call returned", (
                "    columns = np.zeros((m, out_h, out_w, kernel_h, kernel_w, c))",
                ("    shape = (m, out_h, out_w, kernel_h, kernel_w, c)\n"
                "    columns = im2col.__dict__.setdefault(str(shape), np.zeros(shape))"))),
            "a column too few": ("with their last column",
                ("in range(kernel_w)", "in range(kernel_w - 1)")),
            "one window too few in each row": ("is wrong", (
                "out_w = output_size(width, kernel_w, stride, 0)", "out_w = max(1, output_size(width, kernel_w, stride, 0) - 1)")),
            "mean taken off each window": ("is wrong", (
                "return columns.reshape", "return (columns - x.mean()).reshape")),
            "float32": ("an array of float64",
                ("np.zeros((m, out_h, out_w, kernel_h, kernel_w, c))",
                                                "np.zeros((m, out_h, out_w, kernel_h, kernel_w, c), np.float32)")),
        },
    },
    "task-4": {
        "right": {
            "einsum over sliding windows": '''
def conv2d_forward(x, W, b, stride, padding):
    kernel_h, kernel_w = W.shape[:2]
    padded = np.pad(x, [(0, 0)] + 2 * [(padding, padding)] + [(0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel_h, kernel_w), axis=(1, 2))
    y = np.einsum("nhwcij,ijcf->nhwf", windows[:, ::stride, ::stride], W) + b
    return y, {"x": x.copy(), "W": W.copy(), "stride": stride, "padding": padding, "windows": windows}
''',
            "loop over the places in a window": '''
from collections import OrderedDict


def conv2d_forward(x, W, b, stride, padding):
    m, height, width, _ = x.shape
    kernel_h, kernel_w, _, filters = W.shape
    out_h = (height + 2 * padding - kernel_h) // stride + 1
    out_w = (width + 2 * padding - kernel_w) // stride + 1
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    y = np.tile(b, (m, out_h, out_w, 1))
    for i in range(kernel_h):
        for j in range(kernel_w):
            y += padded[:, i : i + stride * out_h : stride, j : j + stride * out_w : stride] @ W[i, j]
    return y, OrderedDict(x=x, W=W, b=b, stride=np.int64(stride), padding=np.int64(padding))
''',
            "loop over output places": '''
def conv2d_forward(x, W, b, stride, padding):
    m, height, width, _ = x.shape
    kernel_h, kernel_w, _, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    tops = range(0, padded.shape[1] - kernel_h + 1, stride)
    lefts = range(0, padded.shape[2] - kernel_w + 1, stride)
    flat, y = W.reshape(-1, filters), np.zeros((m, len(tops), len(lefts), filters))
    for h, top in enumerate(tops):
        for w, left in enumerate(lefts):
            y[:, h, w] = padded[:, top : top + kernel_h, left : left + kernel_w].reshape(m, -1) @ flat + b
    return y, {"x": x, "W": W, "stride": stride, "padding": padding}
''',
            "tensordot, Fortran order, a list beside": '''
def conv2d_forward(x, W, b, stride, padding):
    padded = np.zeros((len(x), x.shape[1] + 2 * padding, x.shape[2] + 2 * padding, x.shape[3]))
    padded[:, padding : padding + x.shape[1], padding : padding + x.shape[2]] = x
    view = np.lib.stride_tricks.sliding_window_view(padded, W.shape[:2], axis=(1, 2))
    y = np.tensordot(view[:, ::stride, ::stride], W, axes=([4, 5, 3], [0, 1, 2])) + b
    return [np.asfortranarray(y), {"padding": padding, "stride": stride, "W": W, "x": x, 0: None}]
''',
            "one image after the other": '''
def conv2d_forward(x, W, b, stride, padding):
    kernel_h, kernel_w, c, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (kernel_h, kernel_w), axis=(1, 2))
    views = views[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)
    flat = W.reshape(-1, filters)
    y = [v.reshape(-1, kernel_h * kernel_w * c) @ flat + b for v in views]
    y = np.array(y).reshape(*views.shape[:3], filters)
    return y, dict(x=x, W=W, stride=stride, padding=padding)
''',
            "a cache of a class of its own, with more in it": '''
class Cache(dict):
    """With attributes."""

    __getattr__ = dict.__getitem__


def conv2d_forward(x, W, b, stride, padding):
    p, (kh, kw, c, f) = padding, W.shape
    padded = np.pad(x, [(0, 0), (p, p), (p, p), (0, 0)])
    oh, ow = ((n - k) // stride + 1 for n, k in zip(padded.shape[1:3], (kh, kw)))
    y = np.broadcast_to(b, (len(x), oh, ow, f)).copy()
    for i in range(kh):
        for j in range(kw):
            part = padded[:, i : i + stride * oh : stride, j : j + stride * ow : stride]
            y += np.tensordot(part[:, :oh, :ow], W[i, j], axes=([3], [0]))
    return y, Cache(x=x.copy(), W=W, b=b, stride=np.int64(stride), padding=int(padding), padded=padded)
''',
            "by Fourier transforms": '''
def conv2d_forward(x, W, b, stride, padding):
    from scipy.signal import fftconvolve

    p = padding
    padded = np.pad(x, [(0, 0), (p, p), (p, p), (0, 0)])
    y = sum(fftconvolve(padded[..., k, None], W[None, ::-1, ::-1, k, :], mode="valid", axes=(1, 2))
            for k in range(x.shape[-1]))
    return y[:, ::stride, ::stride] + b, {"x": x, "W": W, "stride": stride, "padding": padding}
''',
            "a loop over filters": '''
def conv2d_forward(x, W, b, stride, padding):
    p = padding
    padded = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(padded, W.shape[:3], axis=(1, 2, 3))
    view = view[:, ::stride, ::stride, 0]
    y = np.stack([(view * W[..., f]).sum(axis=(3, 4, 5)) + b[f] for f in range(len(b))], axis=-1)
    return y, {"x": x, "W": W, "stride": stride, "padding": padding}
''',
            "a loop over output rows": '''
def conv2d_forward(x, W, b, stride, padding):
    kh, kw, c, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    tops = np.arange(0, padded.shape[1] - kh + 1, stride)
    lefts = np.arange(0, padded.shape[2] - kw + 1, stride)
    y = np.zeros((len(x), len(tops), len(lefts), filters))
    for h, top in enumerate(tops):
        band = padded[:, top : top + kh]
        windows = np.stack([band[:, :, left : left + kw] for left in lefts], axis=1)
        y[:, h] = windows.reshape(len(x), len(lefts), -1) @ W.reshape(-1, filters) + b
    return y, {"x": x, "W": W, "stride": stride, "padding": padding}
''',
        },
        "wrong": {
            "calls the loops": ("Leave the loop over all windows", '''
def conv2d_forward(x, W, b, stride, padding):
    cache = {"x": x, "W": W, "stride": stride, "padding": padding}
    return conv2d_loops(x, W, b, stride, padding), cache
'''),
            "loops over images and pixels": ("Leave the loop over all windows", '''
def conv2d_forward(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    kernel_h, kernel_w, _, filters = W.shape
    out_h = (padded.shape[1] - kernel_h) // stride + 1
    out_w = (padded.shape[2] - kernel_w) // stride + 1
    y = np.zeros((len(x), out_h, out_w, filters))
    for n, h, w in np.ndindex(y.shape[:3]):
        top, left = h * stride, w * stride
        window = padded[n, top : top + kernel_h, left : left + kernel_w]
        y[n, h, w] = np.tensordot(window, W, 3) + b
    return y, {"x": x, "W": W, "stride": stride, "padding": padding}
'''),
            "kernel flipped": ("Do not turn the weights round",
                ("W.reshape(-1, filters)", "W[::-1, ::-1].reshape(-1, filters)")),
            "kernel transposed": ("The first axis of W goes down", (
                "W.reshape(-1, filters)", "W.swapaxes(0, 1).reshape(-1, filters)")),
            "no bias": ("Add the bias", (" + b", "")),
            "one bias for all": ("Every filter has its own bias.",
                ("filters) + b", "filters) + b[0]")),
            "channels and filters exchanged": ("reshape it to (-1, filters)", (
                "W.reshape(-1, filters)", "W.reshape(filters, -1).T")),
            "channel axis of W first": ("do not transpose W", (
                "W.reshape(-1, filters)", "W.transpose(2, 0, 1, 3).reshape(-1, filters)")),
            "first channel only": ("Add up over all channels.", (
                "im2col(padded, kernel_h, kernel_w, stride) @ W.reshape(-1, filters)",
                "im2col(padded[..., :1], kernel_h, kernel_w, stride) @ W[:, :, :1].reshape(-1, filters)")),
            "stride ignored": ("The stride is missing.", (
                "sides =", "cached, stride = stride, 1\n    sides =")),
            "padding ignored": ("The padding is missing.", (
                "sides =", "padding = 0\n    sides =")),
            "padding on one side": ("not the top and the left alone", '''
def conv2d_forward(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, 0), (padding, 0), (0, 0)))
''' + FAST_FROM_PADDED),
            "padding behind": ("not the bottom and the right alone", '''
def conv2d_forward(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (0, padding), (0, padding), (0, 0)))
''' + FAST_FROM_PADDED),
            "padding with the edge": ("Pad with zeros", '''
def conv2d_forward(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="edge")
''' + FAST_FROM_PADDED),
            "padding of rows": ("Pad the left and the right as well", '''
def conv2d_forward(x, W, b, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, padding), (0, 0), (0, 0)))
''' + FAST_FROM_PADDED),
            "caches the padded images": ("Keep x as it came", ('{"x": x', '{"x": padded')),
            "caches the flat weights": ("Keep W as it came",
                ('"W": W', '"W": W.reshape(-1, filters)')),
            "a tuple for a cache": ("cache is a dict with the keys", (
                '{"x": x, "W": W, "stride": stride, "padding": padding}', "(x, W, stride, padding)")),
            "other keys": ("cache is a dict with the keys",
                ('"padding": padding', '"pad": padding')),
            "stride and padding exchanged in the cache": ("Keep stride as it came.", (
                '"stride": stride, "padding": padding', '"stride": padding, "padding": stride')),
            "no cache": ("conv2d_forward should return y, cache", (
                'return y, {"x": x, "W": W, "stride": stride, "padding": padding}', "return y")),
            "square images only": ("conv2d_forward raised ValueError",
                ("output_size(x.shape[2], kernel_w", "output_size(x.shape[1], kernel_w")),
            "batch mixed with pixels": ("is wrong.", (
                "product.reshape(len(x), out_h, out_w, filters)",
                "product.reshape(out_h, out_w, len(x), filters).transpose(2, 0, 1, 3)")),
            "channels first": ("is wrong.", (
                "product.reshape(len(x), out_h, out_w, filters)",
                "product.T.reshape(filters, len(x), out_h, out_w).transpose(1, 2, 3, 0)[..., ::-1]")),
            "pads in place": ("changed its argument W in place",
                ("sides =", "W -= W.mean()\n    sides =")),
            "bias in place": ("changed its argument b in place",
                ("sides =", "b += 1.0\n    b -= 1.0 + 1e-9\n    sides =")),
            "float32": ("an array of float64",
                ("    return y, {", "    y = y.astype(np.float32)\n    return y, {")),
            "at most padding 1": ("conv2d_forward raised ValueError", (
                "sides = (padding, padding)", "sides = (min(padding, 1), min(padding, 1))")),
            "a loop over all windows in one line": ("Leave the loop over all windows", '''
def conv2d_forward(x, W, b, stride, padding):
    kh, kw, c, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    tops = range(0, padded.shape[1] - kh + 1, stride)
    lefts = range(0, padded.shape[2] - kw + 1, stride)
    flat = W.reshape(-1, filters)
    rows = [padded[n, t : t + kh, q : q + kw].ravel() @ flat + b for n in range(len(x)) for t in tops for q in lefts]
    y = np.array(rows).reshape(len(x), len(tops), len(lefts), filters)
    return y, {"x": x, "W": W, "stride": stride, "padding": padding}
'''),
            "a loop hidden in vectorize": ("Leave the loop over all windows", '''
def conv2d_forward(x, W, b, stride, padding):
    kh, kw, c, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    size = (len(x), (padded.shape[1] - kh) // stride + 1, (padded.shape[2] - kw) // stride + 1, filters)

    def one(n, h, w, f):
        top, left = h * stride, w * stride
        return np.vdot(padded[n, top : top + kh, left : left + kw], W[..., f]) + b[f]

    y = np.vectorize(one)(*np.indices(size))
    return y, {"x": x, "W": W, "stride": stride, "padding": padding}
'''),
            "the windows in a list": ("Leave the loop over all windows", (
                "im2col(padded, kernel_h, kernel_w, stride)",
                ("np.array([padded[n, t : t + kernel_h, q : q + kernel_w].ravel() for n in range(len(x))"
                " for t in range(0, padded.shape[1] - kernel_h + 1, stride)"
                " for q in range(0, padded.shape[2] - kernel_w + 1, stride)])"))),
            "one cache for all calls": ("Make a new cache in every call.", '''
cache = {}


def conv2d_forward(x, W, b, stride, padding):
    kernel_h, kernel_w, _, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel_h, kernel_w), axis=(1, 2))
    y = np.tensordot(windows[:, ::stride, ::stride], W, axes=([4, 5, 3], [0, 1, 2])) + b
    cache.update(x=x, W=W, stride=stride, padding=padding)
    return y, cache
'''),
            "a cache as a default argument": ("Make a new cache in every call.", (
                "def conv2d_forward(x, W, b, stride, padding):",
                "def conv2d_forward(x, W, b, stride, padding, cache={}):"),
                ('return y, {"x": x, "W": W, "stride": stride, "padding": padding}',
                 'cache.update(x=x, W=W, stride=stride, padding=padding)\n    return y, cache')),
            "the windows of the first call": ("is wrong", (
                "im2col(padded, kernel_h, kernel_w, stride) @",
                ("conv2d_forward.__dict__.setdefault(str((x.shape, W.shape, stride, padding)),"
                " im2col(padded, kernel_h, kernel_w, stride)) @"))),
            "one array for the result of all calls": ("what an earlier call returned", (
                "    return y, {",
                "    kept = conv2d_forward.__dict__.setdefault(str(y.shape), y)\n    kept[...] = y\n    y = kept\n    return y, {")),
            "rounded": ("is wrong", ("filters) + b", "filters).round(4) + b")),
            "windows at the wrong step": ("Windows begin at multiples of the stride.", (
                "product = im2col(padded, kernel_h, kernel_w, stride)",
                ("rows = output_size(x.shape[1], kernel_h, stride, padding)\n"
                "    cols = output_size(x.shape[2], kernel_w, stride, padding)\n"
                "    every = im2col(padded, kernel_h, kernel_w, 1).reshape("
                "len(x), padded.shape[1] - kernel_h + 1, padded.shape[2] - kernel_w + 1, -1)\n"
                "    product = every[:, :rows, :cols].reshape(len(x) * rows * cols, -1)"))),
            "sums over the batch": ("do not sum over the batch", (
                "    return y, {", "    y = y.sum(axis=0, keepdims=True)\n    return y, {")),
            "the first image only": ("Fill in every image", (
                "    return y, {", "    y = y * (np.arange(len(y)) == 0)[:, None, None, None]\n    return y, {")),
            "third and fourth axis of W exchanged": ("the fourth the filter", (
                "W.reshape(-1, filters)", "(W.swapaxes(2, 3) if W.shape[2] == filters else W).reshape(-1, filters)")),
        },
    },
    "task-5": {
        "right": {
            "by output places": by_places(),
            "as matrices": '''
def conv2d_backward(dy, cache):
    x, W, s, p = (cache[key] for key in ("x", "W", "stride", "padding"))
    m, height, width, c = x.shape
    kh, kw, _, F = W.shape
    _, oh, ow, _ = dy.shape
    padded = np.zeros((m, height + 2 * p, width + 2 * p, c))
    padded[:, p : p + height, p : p + width] = x
    view = np.lib.stride_tricks.sliding_window_view(padded, (kh, kw), axis=(1, 2))[:, ::s, ::s]
    flat = dy.reshape(-1, F)
    dW = (view.transpose(3, 4, 5, 0, 1, 2).reshape(c * kh * kw, -1) @ flat).reshape(c, kh, kw, F)
    windows = (flat @ W.reshape(-1, F).T).reshape(m, oh, ow, kh, kw, c)
    total = np.zeros(padded.shape)
    for h, w in np.ndindex(oh, ow):
        total[:, h * s : h * s + kh, w * s : w * s + kw] += windows[:, h, w]
    return [np.asfortranarray(total[:, p : p + height, p : p + width]), dW.transpose(1, 2, 0, 3),
            np.ones(len(flat)) @ flat]
''',
            "as a convolution with the kernel turned round": '''
def conv2d_backward(dy, cache):
    x, W, s, p = cache["x"], cache["W"], cache["stride"], cache["padding"]
    m, height, width, c = x.shape
    kh, kw, _, F = W.shape
    _, oh, ow, _ = dy.shape
    padded = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    spread = np.zeros((m, padded.shape[1] + kh - 1, padded.shape[2] + kw - 1, F))
    spread[:, kh - 1 :: s, kw - 1 :: s][:, :oh, :ow] = dy
    view = np.lib.stride_tricks.sliding_window_view
    dx = np.einsum("nhwfij,ijcf->nhwc", view(spread, (kh, kw), axis=(1, 2)), W[::-1, ::-1])
    windows = view(padded, (kh, kw), axis=(1, 2))[:, ::s, ::s]
    dW = np.einsum("nhwcij,nhwf->ijcf", windows, dy)
    return dx[:, p : p + height, p : p + width], dW, np.einsum("nhwf->f", dy)
''',
            "one number after the other": '''
def conv2d_backward(dy, cache):
    x, W, s, p = cache["x"], cache["W"], cache["stride"], cache["padding"]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[3])
    for n, h, w, f in np.ndindex(dy.shape):
        g = dy[n, h, w, f]
        db[f] += g
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                r, q = h * s + i - p, w * s + j - p
                if 0 <= r < x.shape[1] and 0 <= q < x.shape[2]:
                    dx[n, r, q] += g * W[i, j, :, f]
                    dW[i, j, :, f] += g * x[n, r, q]
    return dx, dW, db
''',
        },
        "wrong": {
            "dW turned round": ("dW is turned round",
                ("dW[i, j] =", "dW[kernel_h - 1 - i, kernel_w - 1 - j] =")),
            "dx turned round": ("not turned round.",
                ("dy @ W[i, j].T", "dy @ W[kernel_h - 1 - i, kernel_w - 1 - j].T")),
            "dW transposed": ("The first axis of dW goes down",
                by_places(('"nijc,nf->ijcf"', '"njic,nf->ijcf"'))),
            "divided by m": ("Do not divide by N", (
                "return dx, dW, dy.sum(axis=(0, 1, 2))",
                "return dx / len(x), dW / len(x), dy.sum(axis=(0, 1, 2)) / len(x)")),
            "dW divided by m": ("Do not divide by N",
                ("return dx, dW,", "return dx, dW / len(x),")),
            "dx divided by m": ("Do not divide by N",
                ("return dx, dW,", "return dx / len(x), dW,")),
            "db a mean": ("Sum dy over images", ("dy.sum(", "dy.mean(")),
            "db by image": ("Sum over the images, too", ("axis=(0, 1, 2)", "axis=(1, 2)")),
            "db over everything": ("one number for each filter", ("axis=(0, 1, 2)", "axis=None")),
            "dW of the last place": ("here only the last one counts", '''
def conv2d_backward(dy, cache):
    x, W, s, p = (cache[key] for key in ("x", "W", "stride", "padding"))
    kh, kw = W.shape[:2]
    padded = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    dx, dW = np.zeros(padded.shape), np.zeros(W.shape)
    for h in range(dy.shape[1]):
        for w in range(dy.shape[2]):
            place = np.s_[:, h * s : h * s + kh, w * s : w * s + kw]
            dW = np.tensordot(padded[place], dy[:, h, w], axes=(0, 0))
            dx[place] += np.tensordot(dy[:, h, w], W, axes=(1, 3))
    return dx[:, p : p + x.shape[1], p : p + x.shape[2]], dW, dy.sum(axis=(0, 1, 2))
'''),
            "db of rows only": ("is wrong.", ("axis=(0, 1, 2)", "axis=(0, 1)")),
            "db counts": ("Count what comes from above",
                ("dy.sum(axis=(0, 1, 2))", "np.ones_like(dy).sum(axis=(0, 1, 2))")),
            "ignores dy for dx": ("it is not always 1",
                ("dy @ W[i, j].T", "np.ones_like(dy) @ W[i, j].T")),
            "ignores dy for dW": ("it is not always 1",
                ("rows, across], dy,", "rows, across], np.ones_like(dy),")),
            "overlaps overwritten": ("only the last one counts", by_places((
                "dpadded[:, rows, across] +=", "dpadded[:, rows, across] ="))),
            "border kept": ("Cut off the border", ("return dx, dW,", "return dpadded, dW,")),
            "border cut at the end": ("not at the end alone", (
                "padding : padding + height, padding : padding + width", ":height, :width")),
            "border cut with a minus": ("ends at -0 is empty", (
                "padding : padding + height, padding : padding + width", "padding:-padding, padding:-padding")),
            "stride ignored": ("begin at every second pixel", (
                "kernel_h, kernel_w, _, _ = W.shape", "kernel_h, kernel_w, _, _ = W.shape\n    stride = 1")),
            "padding forgotten for dW": ("raised", ("np.tensordot(padded[", "np.tensordot(x[")),
            "pads in the cache": ("changed its argument cache in place", (
                "padded = np.pad(x,", 'padded = cache["x"] = np.pad(x,')),
            "adds to W": ("changed its argument cache in place", (
                "dW = np.zeros_like(padded), np.zeros_like(W)", "dW = np.zeros_like(padded), W"),
                ("dW[i, j] =", "dW[i, j] +=")),
            "dy in place": ("changed its argument dy in place", (
                "kernel_h, kernel_w, _, _ = W.shape", "kernel_h, kernel_w, _, _ = W.shape\n    dy *= 0.5")),
            "needs a key of its own": ("raised KeyError", ('cache["padding"]', 'cache["pad"]')),
            "order of the outputs": ("is wrong.", ("return dx, dW, dy.sum(axis=(0, 1, 2))",
                                                   "return dW, dx, dy.sum(axis=(0, 1, 2))")),
            "square windows only": ("conv2d_backward raised ValueError", by_places((
                "across = slice(w * stride, w * stride + kernel_w)",
                "across = slice(w * stride, w * stride + kernel_h)"))),
            "batch of one or two": ("for images of", (
                "return dx, dW,", "dx[2:] = 0.0\n    return dx, dW,")),
            "one channel": ("for images of",
                ("return dx, dW,", "dx = dx[..., :1] + 0 * dx\n    return dx, dW,")),
            "no dx": ("should return dx, dW, db", ("return dx, dW,", "return dW,")),
            "float32": ("an array of float64",
                ("return dx, dW,", "return dx, dW.astype(np.float32),")),
            "stride up to 2": ("for images of", (
                "kernel_h, kernel_w, _, _ = W.shape", "kernel_h, kernel_w, _, _ = W.shape\n    stride = min(stride, 2)")),
            "a repeated index in +=": ("np.add.at does", '''
def conv2d_backward(dy, cache):
    x, W, stride, padding = cache["x"], cache["W"], cache["stride"], cache["padding"]
    m, height, width, c = x.shape
    kernel_h, kernel_w, _, filters = W.shape
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    r = stride * np.arange(dy.shape[1])[:, None, None, None] + np.arange(kernel_h)[:, None]
    q = stride * np.arange(dy.shape[2])[:, None, None] + np.arange(kernel_w)
    dpadded = np.zeros(padded.shape)
    dpadded[:, r, q] += np.einsum("nhwf,ijcf->nhwijc", dy, W)
    dW = np.einsum("nhwijc,nhwf->ijcf", padded[:, r, q], dy)
    return dpadded[:, padding : padding + height, padding : padding + width], dW, dy.sum((0, 1, 2))
'''),
            "weights in db": ("db does not depend on the weights",
                ("dy.sum(axis=(0, 1, 2))", "dy.sum(axis=(0, 1, 2)) * W.sum()")),
            "the padded images of the first call": ("is wrong", (
                "    dpadded, dW =",
                "    padded = conv2d_backward.__dict__.setdefault(str((x.shape, padding)), padded)\n    dpadded, dW =")),
            "gradients that add up over calls": ("is wrong", (
                "np.zeros_like(padded), np.zeros_like(W)",
                "np.zeros_like(padded), conv2d_backward.__dict__.setdefault(str(W.shape), np.zeros_like(W))"),
                ("dW[i, j] =", "dW[i, j] +="), ("return dx, dW,", "return dx, dW.copy(),")),
            "one dx array for all calls": ("what an earlier call returned", (
                "np.zeros_like(padded), np.zeros_like(W)",
                "conv2d_backward.__dict__.setdefault(str(padded.shape), np.zeros_like(padded)), np.zeros_like(W)"),
                ("    for i in range(kernel_h):",
                 "    dpadded[...] = 0.0\n    for i in range(kernel_h):")),
            "mean over the places": ("is wrong",
                ("dy @ W[i, j].T", "dy @ W[i, j].T / (out_h * out_w)")),
            "dW of the last image": ("is wrong",
                ("padded[:, rows, across], dy,", "padded[-1:, rows, across], dy[-1:],")),
            "x for dy in dx": ("is wrong", ("dpadded[:, rows, across] += dy @ W[i, j].T",
                                            "dpadded[:, rows, across] += padded[:, rows, across]")),
            "border of the wrong width": ("on all sides", (
                "padding : padding + height, padding : padding + width",
                "padding // 2 : padding // 2 + height, padding // 2 : padding // 2 + width")),
        },
    },
    "task-6": {
        "right": {
            "by loops, places in a dict": POOL_LOOPS,
            "running over the places in a square": '''
def max_pool_forward(x, size):
    h, w = x.shape[1] // size, x.shape[2] // size
    y, winner = np.full((len(x), h, w, x.shape[3]), -np.inf), None
    winner = np.zeros(y.shape, dtype=int)
    for place in range(size * size):
        i, j = divmod(place, size)
        here = x[:, i : h * size : size, j : w * size : size]
        winner[here > y] = place
        y = np.maximum(y, here)

    def back(dy):
        dx = np.zeros(x.shape)
        for place in range(size * size):
            i, j = divmod(place, size)
            dx[:, i : h * size : size, j : w * size : size] = np.where(winner == place, dy, 0.0)
        return dx

    return y, back


def max_pool_backward(dy, cache):
    return cache(dy)
''',
            "a mask that counts": '''
class Pool:
    """Keeps what backward needs."""


def max_pool_forward(x, size):
    pool = Pool()
    m, height, width, c = pool.shape = x.shape
    pool.size, pool.h, pool.w = size, height // size, width // size
    q = x[:, : pool.h * size, : pool.w * size].reshape(m, pool.h, size, pool.w, size, c)
    q = q.swapaxes(2, 3).reshape(m, pool.h, pool.w, size * size, c)
    y = q.max(axis=3)
    ties = q == y[:, :, :, None]
    pool.mask = ties & (np.cumsum(ties, axis=3) == 1)
    return np.asfortranarray(y), pool


def max_pool_backward(dy, cache):
    m, height, width, c = cache.shape
    d = (cache.mask * dy[:, :, :, None]).reshape(m, cache.h, cache.w, cache.size, cache.size, c)
    d = d.swapaxes(2, 3).reshape(m, cache.h * cache.size, cache.w * cache.size, c)
    rest = (0, height - d.shape[1]), (0, width - d.shape[2])
    return np.pad(d, ((0, 0), *rest, (0, 0)))
''',
            "put_along_axis": '''
def max_pool_forward(x, size):
    m, height, width, c = x.shape
    h, w = height // size, width // size
    q = x[:, : h * size, : w * size].reshape(m, h, size, w, size, c)
    q = q.transpose(0, 1, 3, 5, 2, 4).reshape(m, h, w, c, -1)
    index = np.argmax(q, axis=-1, keepdims=True)
    return np.take_along_axis(q, index, -1)[..., 0], [x, index, size]


def max_pool_backward(dy, cache):
    x, index, size = cache
    m, h, w, c = dy.shape
    dq = np.zeros((m, h, w, c, size * size))
    np.put_along_axis(dq, index, dy[..., None], -1)
    dx = np.zeros_like(x)
    dq = dq.reshape(m, h, w, c, size, size).transpose(0, 1, 4, 2, 5, 3)
    dx[:, : h * size, : w * size] = dq.reshape(m, h * size, w * size, c)
    return dx
''',
            "places as short integers": '''
def max_pool_forward(x, size):
    m, h, w, c = x.shape
    oh, ow = h // size, w // size
    squares = x[:, : oh * size, : ow * size].reshape(m, oh, size, ow, size, c)
    flat = np.moveaxis(squares, 2, 3).reshape(m, oh, ow, size * size, c)
    where = flat.argmax(axis=3)
    return flat.max(axis=3), (x.shape, size, where.astype(np.int16))


def max_pool_backward(dy, cache):
    shape, size, where = cache
    dx = np.zeros(shape)
    n, i, j, k = np.indices(dy.shape, sparse=True)
    dx[n, i * size + where // size, j * size + where % size, k] = dy
    return dx
''',
        },
        "wrong": {
            "ties counted for all": ("only the first gets the gradient", POOL_MASK),
            "ties shared": ("nothing is shared", POOL_MASK.replace(
                "= mask * dy[", "= mask / mask.sum(axis=(1, 2), keepdims=True) * dy[")),
            "last of several": ("not the last", POOL_LOOPS.replace(
                "square.argmax()", "size * size - 1 - square.ravel()[::-1].argmax()")),
            "column by column": ("not column by column", POOL_LOOPS.replace(
                "i, j = np.unravel_index(square.argmax(), square.shape)",
                "j, i = np.unravel_index(square.T.argmax(), square.shape)")),
            "compares with 0": ("do not compare with 0", (
                "return squares.max(axis=-1),", "return np.maximum(squares.max(axis=-1), 0),")),
            "mean": ("not the mean", ("squares.max(axis=-1)", "squares.mean(axis=-1)")),
            "keeps the rest": ("Drop the rest", '''
def max_pool_forward(x, size):
    m, height, width, c = x.shape
    rest = (0, -height % size), (0, -width % size)
    return base_forward(np.pad(x, ((0, 0), *rest, (0, 0)), constant_values=-np.inf), size)


def base_forward(x, size):
    m, height, width, c = x.shape
    out_h, out_w = height // size, width // size
    squares = x.reshape(m, out_h, size, out_w, size, c).transpose(0, 1, 3, 5, 2, 4)
    squares = squares.reshape(m, out_h, out_w, c, size * size)
    return squares.max(axis=-1), {"x": x}


def max_pool_backward(dy, cache):
    return np.zeros(cache["x"].shape)
'''),
            "moves by 1": ("Move by `size`, not by 1.", '''
def max_pool_forward(x, size):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows.max(axis=(4, 5)), (x, size)


def max_pool_backward(dy, cache):
    return np.zeros(cache[0].shape)
'''),
            "over all channels": ("Each channel has its own maximum.", '''
def max_pool_forward(x, size):
    m, height, width, c = x.shape
    y, places = np.zeros((m, height // size, width // size, c)), {}
    for n, h, w in np.ndindex(y.shape[:3]):
        square = x[n, h * size : (h + 1) * size, w * size : (w + 1) * size]
        i, j, k = np.unravel_index(square.argmax(), square.shape)
        y[n, h, w] = square.max()
        places[n, h, w] = n, h * size + i, w * size + j
    return y, (x.shape, places)


def max_pool_backward(dy, cache):
    shape, places = cache
    dx = np.zeros(shape)
    for output, place in places.items():
        dx[place] = dy[output]
    return dx
'''),
            "ones": ("Hand on dy, not ones.", ("chosen * dy", "chosen * 1.0")),
            "the pixel itself": ("not the pixel itself", POOL_LOOPS.replace(
                "return y, (x.shape, places)", "return y, (x, places)").replace(
                "shape, places = cache", "x, places = cache\n    shape = x.shape").replace(
                "= dy[output]", "= x[place]")),
            "rest missing in dx": ("the rest that was dropped gets 0", (
                "    return dx\n", "    return dx[:, : dy.shape[1] * size, : dy.shape[2] * size]\n")),
            "adds up in the cache": ("what an earlier call returned", POOL_LOOPS.replace(
                "return y, (x.shape, places)", "return y, (np.zeros(x.shape), places)").replace(
                "shape, places = cache\n    dx = np.zeros(shape)", "dx, places = cache").replace(
                "dx[place] = dy[output]", "dx[place] += dy[output]")),
            "one cache for all": ("from the cache of an earlier call", POOL_LOOPS.replace(
                "    return y, (x.shape, places)", "    max_pool_forward.kept = x.shape, places\n    return y, None").replace(
                "= cache", "= max_pool_forward.kept")),
            "a rest only in width": ("for images of",
                ("dx = cache[\"size\"], np.zeros(cache[\"shape\"])",
                                     "dx = cache[\"size\"], np.zeros(cache[\"shape\"])\n    if cache[\"shape\"][1] % size:\n        return dx[:, :-1]")),
            "size 2 only": ("for images of",
                ("m, height, width, c = x.shape", "m, height, width, c = x.shape\n    size = 2")),
            "dy in place": ("changed its argument dy in place",
                ("size, dx =", "dy *= 1.5\n    size, dx =")),
            "x in place": ("changed its argument x in place", POOL_LOOPS.replace(
                "    y = np.zeros(", "    x -= 1e-3\n    y = np.zeros(")),
            "minimum": ("not the minimum", ("squares.max(", "squares.min(")),
            "square images only": ("is wrong.", (
                "out_h, out_w = height // size, width // size", "out_h, out_w = height // size, height // size")),
            "integers": ("an array of float64",
                ("return squares.max(axis=-1),", "return squares.max(axis=-1).astype(int),")),
            "no cache": ("should return y, cache", (
                'return squares.max(axis=-1), {"first": first, "shape": x.shape, "size": size}',
                "return squares.max(axis=-1)")),
            "dx of nothing": ("here nobody does", ("chosen * dy", "0.0 * dy")),
            "places as bytes": ("size 17", (
                "first = squares.argmax(axis=-1)", "first = squares.argmax(axis=-1).astype(np.uint8)")),
            "places as signed bytes": ("size 17", (
                "first = squares.argmax(axis=-1)", "first = squares.argmax(axis=-1).astype(np.int8)")),
            "winners found again by value": ("is wrong", POOL_LOOPS.replace(
                "places[n, h, w, k] = n, h * size + i, w * size + j, k",
                "places[n, h, w, k] = tuple(int(v[0]) for v in np.nonzero(x == y[n, h, w, k]))")),
            "gradient added to the pixels": ("is wrong",
                ("dx[:, rows, across] = chosen * dy", "dx[:, rows, across] = chosen + dy")),
            "one dx array for all calls": ("what an earlier call returned", (
                'np.zeros(cache["shape"])',
                'max_pool_backward.__dict__.setdefault(str(cache["shape"]), np.zeros(cache["shape"]))')),
            "the cache of the first call of a shape": ("is wrong", (
                'return squares.max(axis=-1), {"first": first, "shape": x.shape, "size": size}',
                ('kept = {"first": first, "shape": x.shape, "size": size}\n'
                '    return squares.max(axis=-1), max_pool_forward.__dict__.setdefault(str((x.shape, size)), kept)'))),
            "windows that overlap at the end": ("begin at the upper left", (
                "squares = x[:, : out_h * size, : out_w * size]", "squares = x[:, -out_h * size :, -out_w * size :]")),
            "second largest": ("not the second largest",
                ("squares.max(axis=-1)", "np.sort(squares, axis=-1)[..., -2 if size > 1 else -1]")),
            "dx scaled": ("do not divide it", ("chosen * dy", "chosen * dy / size**2")),
        },
    },
}
