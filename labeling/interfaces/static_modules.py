"""Static files under hashed names, native ES modules included."""

import re
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

DJANGOS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]
PATTERN, (IMPORT, EXPORT, BARE_IMPORT, _DYNAMIC_IMPORT) = DJANGOS


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Rewrite `import … from './x.js';` to hashed names too."""

    support_js_module_import_aggregation = True
    manifest_strict = True
    # Without import('…'): JSDoc names types that way, also in circles, and a circle of hashes has no end.
    _js_module_import_aggregation_patterns = (PATTERN, (IMPORT, EXPORT, BARE_IMPORT))
    # One pass for each step of the longest chain of imports.
    max_post_process_passes = 30


_IMPORTED = re.compile(r"""(?:^|\n)(?:import|export)\b[^;"']*["'](\.[^"']+)["'];""")


@lru_cache
def module_urls(name: str) -> tuple[str, ...]:
    """Addresses of a module and of all that it imports, nearest first.

    Named in the page, they are fetched side by side instead of one level of imports after the other.
    """
    names = [name]
    for known in names:
        path = finders.find(known)
        source = Path(path).read_text() if isinstance(path, str) else ""
        imported = (normpath(join(dirname(known), found)) for found in _IMPORTED.findall(source))
        names.extend(dict.fromkeys(one for one in imported if one not in names))
    return tuple(static(one) for one in names)
