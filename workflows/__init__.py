"""What the product means: languages, insurance, messages, and the workflow that hosts them."""
