"""Asking within a filter: is a question's own wish found, and does a part answer as it does alone?"""
