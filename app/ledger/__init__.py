"""The ledger (台账): whatever is done is one act with an entry for each person concerned."""
