"""What patients read, one folder a language; a document or a form takes its words from here and from nowhere else."""
