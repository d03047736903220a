"""Who can supply it: candidates judged limit by limit, scored part by part, with what relaxing a limit would gain."""
