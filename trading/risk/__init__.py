"""The risk of accounts as a resource: limits, trading states, exposure and what may be lost."""
