"""The second engine: complete lists, exact comparisons and proven absences, by full scans instead of similarity."""
