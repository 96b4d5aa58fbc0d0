"""Where everything is built: settings in, a ready application out."""
