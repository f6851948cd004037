"""What an operator looks at: health, lifecycle, services, metrics, system, the REST side of jobs, the admin site."""
