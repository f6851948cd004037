"""Trading's tables as the admin shows them: copies of references taken on the loop, read in the page's thread."""
