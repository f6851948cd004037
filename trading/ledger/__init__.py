"""The ledger of an account: everything that a report needs to know of it, gathered at one moment as plain data."""
