"""How notebooks are served and saved: on this computer only, behind a token, without a patient's row."""
