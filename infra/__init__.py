"""How the product touches machines: databases, mail, files, Temporal, local processes."""
