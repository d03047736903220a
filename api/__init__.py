"""For whom: the command line, the HTTP service, reports and exports."""
