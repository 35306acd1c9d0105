"""Files in and out: plans, permits, rules, rasters, reports. Judges nothing."""
