"""余热 Yure: a chatbot through which a community serves its elderly members."""

__version__ = "0.1.0"
