"""Messages that cross a process boundary. Fields are only ever added."""
