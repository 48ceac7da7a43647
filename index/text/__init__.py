"""Words as the whole index reads them: tokens, names, dates and spelling."""
