"""Does a package keep its word? Everything that can be known before a citizen meets it."""

from ghiseu.modules.catalogue.checking.checker import check_all, check_package
from ghiseu.modules.catalogue.checking.report import Problem, Report

__all__ = ["Problem", "Report", "check_all", "check_package"]
