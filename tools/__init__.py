"""Tools of developers; nothing here is needed to run."""
