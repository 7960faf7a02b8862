"""The learner's process: started warm, run alone, listened to, ended. It decides nothing."""
