"""The plugin host: what is installed, what each centre offers, what each school has switched on."""
