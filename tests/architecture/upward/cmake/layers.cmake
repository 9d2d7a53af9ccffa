# Not part of the build: a tree that breaks the rules on purpose, so that the layer test is itself tested.
reckon_layer(base PACKAGES fmt::fmt)
reckon_layer(kv LAYERS base)
reckon_layer(engine LAYERS kv base)
