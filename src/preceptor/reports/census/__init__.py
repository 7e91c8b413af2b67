"""The frozen state of a day: which rows it holds, how it is written, sealed and verified."""
