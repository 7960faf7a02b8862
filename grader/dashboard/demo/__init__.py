"""A class of sixty to look at: invented people, who hand in the kit's own corpus of submissions, really graded."""
