"""The fonts of `fonts.conf`, each opened before the means to open a file are given up: Pango opens a
face when a text first needs it, and would show nothing but boxes afterwards."""

from typing import Any

from weasyprint.text.ffi import ffi, fontconfig, gobject, pango, pangoft2
from weasyprint.text.fonts import FontConfiguration

ffi.cdef("""
    PangoFontDescription * pango_fc_font_description_from_pattern (
        FcPattern *pattern, int include_size);
""")
_SIZE = 12 * 1024
"""Any will do, in the units of Pango: a face is the same file in all sizes."""


class NoFonts(Exception):  # noqa: N818 - says what the machine lacks
    """None of the fonts that bodies are printed in is installed."""


def load() -> FontConfiguration:
    """Return a configuration with every face open. Raises NoFonts."""
    fonts = FontConfiguration()
    found = fontconfig.FcConfigGetFonts(fonts._config, fontconfig.FcSetSystem)
    if found == ffi.NULL or not found.nfont:
        raise NoFonts("neither DejaVu nor Liberation is installed (apt install fonts-dejavu-core)")
    context = pango.pango_font_map_create_context(fonts.font_map)
    for number in range(found.nfont):
        _open(fonts, context, found.fonts[number])
    gobject.g_object_unref(context)
    return fonts


def _open(fonts: FontConfiguration, context: Any, pattern: Any) -> None:
    """Have the face that `pattern` describes opened, for as long as `fonts` lives."""
    description = pangoft2.pango_fc_font_description_from_pattern(pattern, 0)
    pango.pango_font_description_set_absolute_size(description, _SIZE)
    font = pango.pango_font_map_load_font(fonts.font_map, context, description)
    if font != ffi.NULL:
        pango.pango_font_get_hb_font(font)
        gobject.g_object_unref(font)
    pango.pango_font_description_free(description)
