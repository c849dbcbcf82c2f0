"""What members write → intent, slots, dates, amounts. No database, no network."""
