"""Questions to the network on the command line: routes, skims, isochrones, catchments, nearest places, mode chains."""
