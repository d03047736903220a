"""What a tonne of each class costs on each link: money, time and CO2e."""
