"""Home contact (家校联系): visits, calls, talks, letters, and who has not been reached."""
