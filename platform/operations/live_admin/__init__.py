"""Admin pages over what lives in memory: tables read on the event loop, shown by Django's own change lists."""
