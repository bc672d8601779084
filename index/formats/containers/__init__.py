"""Files that hold files: archives, mailboxes, messages with attachments; each holds articles of its own."""
