"""A sealed record of an agreement taken apart and checked, part by part."""
