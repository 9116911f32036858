"""The taxi zone of a point, by the polygons of TLC's shapefile."""
