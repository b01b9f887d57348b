"""The ``baoquan`` command: the same door for a terminal."""
