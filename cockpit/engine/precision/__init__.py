"""What became of what was said: promises, forecasts, reports."""
