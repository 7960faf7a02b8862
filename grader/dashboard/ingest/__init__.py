"""Reports that are sent: who sends them, what of them is believed, and how they get into the store."""
