"""The admin's pages are made in a process of their own, so that the event loop never shares its interpreter with them."""
