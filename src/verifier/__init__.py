"""Checks what the product claims, without any of the product's code."""
