"""Rules, tables and queries as values; one file a subject. No session, no channel, no clock."""
