"""Where everything is built, from the settings: the services, the bot, email and the web page."""
