"""The pages of needs: for residents, for the desk, on paper."""
