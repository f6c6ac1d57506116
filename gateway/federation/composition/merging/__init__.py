"""Merges the definitions of all subgraphs, kind by kind."""

from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.merging.merge import merge_subgraphs

__all__ = ["MergeContext", "merge_subgraphs"]
