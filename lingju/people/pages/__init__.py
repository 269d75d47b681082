"""The pages of people: signing in, my account, roles and organisations at the desk."""
