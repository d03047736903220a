"""What a network answers: skims, isochrones, catchments, nearest facilities and the best path of each mode chain."""
