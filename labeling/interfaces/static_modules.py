"""Static files under hashed names, native ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Rewrite `import … from './x.js';` to hashed names too."""

    support_js_module_import_aggregation = True
    manifest_strict = True
