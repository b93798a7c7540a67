"""A stand-in for MPay: people pay orders here, and it tells the product by signed SOAP until the product agrees."""
