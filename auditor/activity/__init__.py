"""What the access logs themselves say: records, exact to the byte, and the engine that asks about millions of them."""
