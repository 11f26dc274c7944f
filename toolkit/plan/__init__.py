"""What a physician prescribes."""
