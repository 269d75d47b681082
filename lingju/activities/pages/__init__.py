"""The pages of activities: for residents, and at the desk."""
