"""Figures in two tones: a page shows the one that fits its theme.

A figure that a notebook kept in both tones (`course_lib.plots.dark`) has the dark picture in the metadata of its
output. Here it is written beside the light one.
"""

from binascii import a2b_base64
from hashlib import sha256

from docutils import nodes
from myst_nb.core.render import NbElementRenderer

render_light = NbElementRenderer.render_image


def render_image(renderer, data):
    """The nodes of an image output: one, or two of which the theme shows one."""
    images = render_light(renderer, data)
    if "dark" in data.output_metadata:
        content = a2b_base64(data.output_metadata["dark"])
        uri = renderer.write_file([f"{sha256(content).hexdigest()}.png"], content, overwrite=False, exists_ok=True)
        (light,) = images
        dark = nodes.image(uri=uri, **{key: light[key] for key in ("alt", "width", "height") if key in light})
        for image, tone in ((light, "tone-light"), (dark, "tone-dark")):
            image["classes"] = [*image.get("classes", []), tone]
        images.append(dark)
    return images


def setup(app):
    NbElementRenderer.render_image = render_image
    return {"parallel_read_safe": True}
