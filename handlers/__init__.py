"""Features: one file each. `handlers.FEATURES` lists them; the menu comes from that list."""
