"""How long people would wait under loads that no machine here has seen."""
