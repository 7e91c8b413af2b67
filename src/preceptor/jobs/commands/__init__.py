"""The commands of `preceptor`: each asks for one thing and prints the answer as text or JSON."""
