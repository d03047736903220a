"""Planners' questions as jobs of the service: asked with a JSON object, answered as the command line answers."""
