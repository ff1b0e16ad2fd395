"""From prose to a tidy table: quantities, evidence, checks and the published data set."""
