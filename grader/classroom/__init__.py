"""Many submissions: collected, graded side by side, kept, read as grades and as statistics."""
