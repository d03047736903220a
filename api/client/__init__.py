"""The typed client of the service: how it talks, and how it is made from the OpenAPI document.

``hinterland client FOLDER`` writes it as a package of its own that needs nothing of Hinterland, only httpx.
"""
