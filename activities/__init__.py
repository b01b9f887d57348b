"""What the product does to the world, by servicing stage."""
