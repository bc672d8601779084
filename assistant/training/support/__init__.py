"""How the weights of the support check were fitted."""
