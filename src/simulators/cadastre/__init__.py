"""The public institution Cadastrul Bunurilor Imobile (IP CBI): the register of immovable property."""
