"""The pages' FastAPI application: routes, and who may see them."""
