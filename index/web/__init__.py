"""Articles from the web: pages that a person names, and feeds and sitemaps that are followed.

Nothing is asked of the network but what a person has named, and what that leads to (``following``).
"""
