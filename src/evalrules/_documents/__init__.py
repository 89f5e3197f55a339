"""Documents: YAML text or Python mappings, read to nodes with places, and typed reading of those nodes."""

from __future__ import annotations

from evalrules._documents.characters import shown
from evalrules._documents.collecting import Problems
from evalrules._documents.fields import Fields, fields
from evalrules._documents.files import decode, read_bytes, read_file
from evalrules._documents.nodes import Mapping, Node, Place, Scalar, Sequence, is_blank
from evalrules._documents.parsing import MAX_DEPTH, MAX_NODES, read_document
from evalrules._documents.typed import (
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
    kind_of,
    read_number,
)
from evalrules._documents.values import document_from, scalar_text

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
