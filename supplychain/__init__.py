"""Who, what and how much: the registry, region packs and the freight demand that follows from them."""
