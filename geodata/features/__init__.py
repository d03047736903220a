"""Features of map layers as frozen columns: in boxes, pages and filters, wherever they are kept."""
