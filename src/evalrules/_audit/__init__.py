"""What a scored submission still gets wrong: sums, claims, reasons, copied targets, and the edition's own checks.

One small function a rule; which rules speak, how severe they are and their thresholds is in
`evalrules._catalogue.audit_codes`, where an edition may set them.
"""

from __future__ import annotations

from evalrules._audit.findings import audit

__all__ = ["audit"]
