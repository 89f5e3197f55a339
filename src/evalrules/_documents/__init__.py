"""Documents: YAML text or Python mappings, read to nodes with places, and typed reading of those nodes."""

from __future__ import annotations

from evalrules._documents.mappings import document_from, scalar_text
from evalrules._documents.nodes import Mapping, Node, Place, Problems, Scalar, Sequence, is_blank, shown
from evalrules._documents.typed import (
    Fields,
    as_bool,
    as_choice,
    as_decimal,
    as_int,
    as_list,
    as_mapping,
    as_scalar,
    as_text,
    as_texts,
    closest,
    fields,
    kind_of,
    read_number,
)
from evalrules._documents.yaml import MAX_DEPTH, MAX_NODES, decode, read_bytes, read_document, read_file

__all__ = [
    "MAX_DEPTH",
    "MAX_NODES",
    "Fields",
    "Mapping",
    "Node",
    "Place",
    "Problems",
    "Scalar",
    "Sequence",
    "as_bool",
    "as_choice",
    "as_decimal",
    "as_int",
    "as_list",
    "as_mapping",
    "as_scalar",
    "as_text",
    "as_texts",
    "closest",
    "decode",
    "document_from",
    "fields",
    "is_blank",
    "kind_of",
    "read_bytes",
    "read_document",
    "read_file",
    "read_number",
    "scalar_text",
    "shown",
]
