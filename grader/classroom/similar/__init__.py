"""Groups of submissions that are nearly the same. What that means for whom, a person finds out by talking to them."""
