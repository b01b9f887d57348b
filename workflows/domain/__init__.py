"""Business nouns of policy servicing and their pure rules."""
