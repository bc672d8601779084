"""What is measured of an answer or a ranking, and how sure a figure is."""
