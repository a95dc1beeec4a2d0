"""Vega Reel's Python parts. They start the library, and never reach into it."""
