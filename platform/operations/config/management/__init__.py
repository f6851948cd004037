"""The commands of the runtime configuration."""
