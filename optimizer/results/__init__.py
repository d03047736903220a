"""What a plan means: itineraries, indicators, reasons, comparison, calibration, swings."""
