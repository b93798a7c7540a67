"""Opens files that strangers made, in a short-lived process with limits on time, memory, output and open files."""
