"""What a class keeps: students, what they handed in, and the whole report of each grading. SQLite or PostgreSQL."""
