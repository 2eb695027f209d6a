"""The loop for one change: collect, attest, append, gather, decide, append. It never renders and never ships."""
