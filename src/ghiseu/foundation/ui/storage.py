"""Static files under names that carry their hash, so that a browser keeps them for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Also renames what a script module imports; without it, modules would load stale neighbours."""

    support_js_module_import_aggregation = True
