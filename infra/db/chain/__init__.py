"""What nobody changes unseen: the audit chain, what it vouches for, and lawful erasure."""
