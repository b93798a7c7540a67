"""The platform's electronic seal: PAdES B-T with a time stamp of a trusted third party."""

from ghiseu.adapters.seal.sealing import PlatformSeal

__all__ = ["PlatformSeal"]
