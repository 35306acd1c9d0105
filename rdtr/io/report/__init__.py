"""What a report is written as: workbook, tables, layers; each module is one kind of file."""
