"""How much of a YAML file is read before it is refused."""

# Bundles of Kubernetes resource definitions reach a few megabytes; more is data, not configuration.
MAX_BYTES = 16 * 2**20
# What a reader visits in one file, aliases followed. A node takes about 200 bytes, so this many take 100 MB.
MAX_NODES = 500_000
# Half of what Python's recursion limit leaves to readers that call themselves, far beyond what people write.
MAX_DEPTH = 200
# Every alias is a place where a reader starts over; files that people keep have a few hundred at most.
MAX_ALIASES = 10_000
