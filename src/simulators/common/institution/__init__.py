"""An institution that takes dossiers by the Ghișeu institution interface v1 and decides on them."""
