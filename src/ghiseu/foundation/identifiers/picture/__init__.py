"""Reads the machine-readable zone out of a photograph of a document; the photograph is kept nowhere."""
