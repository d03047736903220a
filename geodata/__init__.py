"""Where and by what way: the multimodal network, its impedance, paths and layers."""
