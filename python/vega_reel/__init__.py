"""Animated Vega and Vega-Lite charts as videos, for Jupyter."""
