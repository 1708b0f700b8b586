"""The scripts that bring any older database to the newest; run by `Store.migrate`."""
