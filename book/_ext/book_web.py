"""Interactive pages: ``{interactive} draw`` is the place of a component; its content stands there without JavaScript.

The scripts come from `web/export.py` and are loaded by the pages that have such a place, and by no other.
"""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

EXPORT = Path(__file__).resolve().parents[2] / "web" / "export.py"


class interactive(nodes.General, nodes.Element):
    """Where a component goes."""


class Interactive(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        place = interactive("", component=self.arguments[0])
        self.state.nested_parse(self.content, self.content_offset, place)
        return [place]


def visit(translator, node):
    name = node["component"]
    translator.body.append(f'<div class="interactive" id="interactive-{name}">')


def depart(translator, node):
    translator.body.append("</div>")


def nothing(translator, node):
    """Elsewhere only the content is shown."""


@cache
def exporter():
    """web/export.py as a module."""
    spec = spec_from_file_location("web_export", EXPORT)
    export = module_from_spec(spec)
    spec.loader.exec_module(export)
    return export


def add_scripts(app, pagename, templatename, context, doctree):
    """Write and load what the components of a page need."""
    for place in doctree.findall(interactive) if doctree and app.builder.name == "html" else ():
        script, style = exporter().write(place["component"], Path(app.outdir, "_static", "web"))
        app.add_css_file(f"web/{style}")
        app.add_js_file(f"web/{script}", loading_method="defer")


def setup(app):
    app.add_node(interactive, html=(visit, depart), latex=(nothing, nothing), text=(nothing, nothing))
    app.add_directive("interactive", Interactive)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True}
