"""Views of drafts and tables as ipywidgets; no rule lives here."""
