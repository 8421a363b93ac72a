"""What templates need beyond Django's own tags."""

import json

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from labeling.interfaces.static_modules import module_urls

register = template.Library()
# What places nothing that is seen at first: the others must not move when they come.
LATER_STYLES = ("viewer_layout", "dialog", "help", "tour", "marks", "masks", "findings", "mpr")


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon of icons/pages.svg; it is decoration, the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("icons/pages.svg"),
        name,
    )


@register.simple_tag
def modules(name: str, without: str = "") -> tuple[str, ...]:
    """Addresses of a native module and of all that it imports, but for what another one imports."""
    known = module_urls(without) if without else ()
    return tuple(url for url in module_urls(name) if url not in known)


@register.simple_tag
def viewer_styles() -> tuple[str, ...]:
    """Addresses of the viewer's style sheets that its first picture does not need."""
    return tuple(static(f"css/{name}.css") for name in LATER_STYLES)


@register.filter(name="json")
def as_json(value: object) -> str:
    """JSON for a data- attribute; the template escapes it."""
    return json.dumps(value)


@register.filter
def grouped(value: int) -> str:
    """Say a count so that it is read at once: 10000 becomes 10,000. Not for numbers that are names."""
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def size(value: int | None) -> str:
    """Say a number of bytes in words: 8,388,608 becomes 8.4 MB."""
    amount = float(value or 0)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
