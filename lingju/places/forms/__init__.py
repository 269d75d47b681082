"""Forms of the desk: they parse what was typed into drafts; what it means is decided by the verbs."""
