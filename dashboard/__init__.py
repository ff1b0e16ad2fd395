"""From the tidy table to people: comparison, wording, charts, pages and the workbook."""
