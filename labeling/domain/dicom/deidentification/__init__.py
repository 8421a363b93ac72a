"""De-identification after PS3.15 Annex E: the table as data, profiles, the engine, and the search for what is left."""
