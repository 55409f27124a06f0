"""Files beside the database: uploads, attachments, finished exports."""
