"""MPower: powers of representation. Systems ask about them; people make and end them on a page."""
