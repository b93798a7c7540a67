from tests.support.two_centres import centres, lozova, tvardita

__all__ = ["centres", "lozova", "tvardita"]
