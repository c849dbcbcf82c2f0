"""余热 Yure: a chatbot through which a community serves its elderly members."""
