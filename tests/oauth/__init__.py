"""Two OAuth servers and a stand-in for the browser, on which signing in is tested; see `plugin` for the fixtures."""
