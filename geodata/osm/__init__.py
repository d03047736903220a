"""Roads, railways, waterways, ferries and places from OpenStreetMap files."""
