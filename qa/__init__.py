"""Answers come out here: a question is understood, passages are found, an answer is drafted, cited and checked."""
