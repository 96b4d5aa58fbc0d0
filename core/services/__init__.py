"""What a person can do with Tidings, written against the ports; bot, web and app call these."""
