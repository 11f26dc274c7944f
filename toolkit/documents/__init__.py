"""Documents to print or file: PDF from data and packed templates."""
