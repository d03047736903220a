"""Quotes: one shipment by each chain of modes, with money, time, CO2e and dates leg by leg."""
