"""The actions of a public programme, evaluated one by one and together."""
