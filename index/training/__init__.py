"""How the bundled encoder was made, reproducible by one command."""
