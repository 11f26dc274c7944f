"""What a patient recorded, as one checked table."""
