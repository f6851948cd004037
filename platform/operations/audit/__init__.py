"""Who did what, on what, when and with which result: a hash-chained table, and one query over it and the journal."""
