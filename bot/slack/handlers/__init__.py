"""Handlers of what Slack delivers, a file for each surface.

A handler runs when `claiming` has stored its task, and acknowledges. The `build_…_reply` beside it is called by the
outbox worker, at once or after a restart. Only what opens a view is done in the handler itself, since Slack allows
three seconds for it.
"""
