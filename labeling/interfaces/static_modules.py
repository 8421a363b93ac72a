"""Static files under hashed names, native ES modules included."""

from django.contrib.staticfiles.storage import HashedFilesMixin
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
