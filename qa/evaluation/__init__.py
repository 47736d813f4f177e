"""Gold questions, measures, runs and reports: how good the answers are."""
