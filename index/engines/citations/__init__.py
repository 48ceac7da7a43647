"""Citations of resolutions and other instruments."""
