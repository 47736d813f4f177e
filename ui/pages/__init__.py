"""The views of the page: one module a view."""
