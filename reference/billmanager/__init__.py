"""BILLmanager's rules: one module for each second segment of a rule's id."""
