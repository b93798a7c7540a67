"""MSign, the state's platform of electronic signatures (official integration guide; SOAP 1.1, contract `IMSign`)."""

from ghiseu.adapters.msign.client import MSign as MSign
from ghiseu.adapters.msign.client import Place as Place
