"""The product over HTTP and at the command line."""
