"""The same measures over more rows than one table holds: in blocks of patients, on one machine or on many."""
