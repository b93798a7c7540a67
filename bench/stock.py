"""Run as owner: migrate, write centres and operators, publish the services. `python -m bench.stock`."""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def publish() -> None:
    """Publish what loads of the services folder. Whether it is right is the business of `make check`."""
    from ghiseu.foundation import clock
    from ghiseu.foundation.access import transaction
    from ghiseu.modules.catalogue import operations
    from ghiseu.modules.catalogue.authoring import AuthoringMistake
    from ghiseu.modules.catalogue.checking.checker import package_folders
    from ghiseu.modules.catalogue.loading import load
    from ghiseu.modules.catalogue.reader import NotOfTheFormat

    root = Path(settings.SERVICES_DIR)
    with transaction():
        operations._publish_institutions(root)
        operations._publish_entries(root)
        for folder in package_folders(root):
            try:
                operations._row(load(folder), at=clock.now()).save()
            except (AuthoringMistake, NotOfTheFormat, ValueError, OSError) as error:
                sys.stderr.write(f"{folder.relative_to(root)} is left out: {error}\n")


def main() -> None:
    """Bring the empty database to where an installation begins."""
    django.setup()
    from ghiseu.config import demo
    from ghiseu.foundation.ui import texts
    from ghiseu.runtime import setup_database

    texts.compile_catalogs()
    setup_database.migrate()
    call_command("collectstatic", verbosity=0, interactive=False)
    demo.seed()
    demo.load()
    publish()


if __name__ == "__main__":
    main()
