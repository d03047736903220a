"""Documents: the answer to every question as one value, written as HTML, DOCX or XLSX in Vietnamese or English."""
