"""QGIS projects that open the service or the database: layers in groups, with styles, labels and names of columns."""
