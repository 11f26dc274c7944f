"""Data that leave the clinic: the clinical export, and the de-identified one for sharing."""
