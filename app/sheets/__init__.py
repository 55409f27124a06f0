"""Reading and writing spreadsheets safely; knows nothing of children, schools or the web."""
