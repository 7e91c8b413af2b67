"""The measured limits of the product, one module for each kind of work."""
