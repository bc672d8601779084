"""Signing in: people and their passwords, the brake on wrong ones, sessions, and the page for it."""
