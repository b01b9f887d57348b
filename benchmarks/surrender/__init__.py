"""The surrender case interpreted, against the same case written by hand for Temporal."""
