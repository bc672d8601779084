"""How the bundled encoder was made, from public data to the shipped files, by one command."""
