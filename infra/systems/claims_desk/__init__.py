"""A claims system on this machine: registers what it is told, each notice once."""
