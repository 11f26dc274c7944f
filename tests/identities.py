"""Twenty-four made-up people, and a notebook that has them wherever a notebook can hold anything."""

FIRST = ("Adele", "Bruno", "Clara", "Detlef", "Elvira", "Fridolin", "Gerda", "Hannes", "Irmgard", "Jakob", "Klothilde",
         "Ludger", "Mechthild", "Norbert", "Ottilie", "Philo", "Quirin", "Roswitha", "Severin", "Trude", "Ulrich",
         "Veronika", "Wendelin", "Xaver")  # fmt: skip
IDENTITIES = tuple(f"{name} Quastenhuber-{place:02}" for place, name in enumerate(FIRST, start=1))
EVERYBODY = ", ".join(IDENTITIES)
OUTPUTS = {
    "text of a kernel": {"output_type": "stream", "name": "stdout", "text": EVERYBODY},
    "warnings of a kernel": {"output_type": "stream", "name": "stderr", "text": [EVERYBODY]},
    "a table": {"output_type": "execute_result", "execution_count": 1, "metadata": {},
                "data": {"text/html": f"<td>{EVERYBODY}</td>", "text/plain": EVERYBODY}},
    "a picture": {"output_type": "display_data", "metadata": {"image/svg+xml": {"alt": EVERYBODY}},
                  "data": {"image/svg+xml": f"<svg><title>{EVERYBODY}</title></svg>"}},
    "a traceback": {"output_type": "error", "ename": "ValueError", "evalue": EVERYBODY, "traceback": [EVERYBODY]},
}  # fmt: skip
STATE = {"application/vnd.jupyter.widget-state+json": {"state": {"1": {"state": {"value": EVERYBODY}}}}}


def clean():
    """A notebook of two cells with nothing in it but what somebody wrote."""
    words = {"cell_type": "markdown", "id": "a1", "metadata": {}, "source": "# Words"}
    code = {"cell_type": "code", "id": "a2", "metadata": {}, "source": "rows", "outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
              "language_info": {"name": "python"}}  # fmt: skip
    return {"cells": [words, code], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def planted():
    """The same with everybody in outputs, attachments, form state, and metadata of notebook, cells and outputs."""
    notebook = clean()
    words, code = notebook["cells"]
    words["attachments"] = {"letter.txt": {"text/plain": EVERYBODY}}
    words["metadata"] = {"note": EVERYBODY, "tags": [IDENTITIES[0]]}
    code |= {"outputs": list(OUTPUTS.values()), "execution_count": 7, "metadata": {"note": EVERYBODY}}
    notebook["metadata"] |= {"widgets": STATE, "authors": [{"name": EVERYBODY}]}
    notebook["metadata"]["language_info"]["mimetype"] = EVERYBODY
    return notebook
