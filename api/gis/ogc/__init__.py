"""The OGC API of the collections: documents, pages of features, coordinate reference systems, pages for people."""
