"""Pages for heads about the policies that come with the house."""
