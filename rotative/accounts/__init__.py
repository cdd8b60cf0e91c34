"""Who works at the paper, and what each may do."""
