"""The web service: the frame that every resource stands in. The resources themselves are in ``api.rest``."""
