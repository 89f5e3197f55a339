"""What an edition says, as frozen values. Field names are the keys of the YAML; absent keys have the defaults here."""

from __future__ import annotations

from evalrules._catalogue.model.catalogue import Catalogue, Contributed, Contribution
from evalrules._catalogue.model.common import FigureKind, Path, Rounding, TargetKind
from evalrules._catalogue.model.data import Figure, Grid, Table
from evalrules._catalogue.model.form import Cap, Defaults, Indicator, Otherwise, Section, SectionDefault, Target
from evalrules._catalogue.model.rules import AuditSetting, Check, Grade, GradeCap
from evalrules._catalogue.model.scoring import (
    AwardRow,
    Case,
    ChecklistItem,
    DeductRule,
    Let,
    Method,
    MethodCall,
    Parameter,
    Scoring,
    Tier,
)

__all__ = [
    "AuditSetting",
    "AwardRow",
    "Cap",
    "Case",
    "Catalogue",
    "Check",
    "ChecklistItem",
    "Contributed",
    "Contribution",
    "DeductRule",
    "Defaults",
    "Figure",
    "FigureKind",
    "Grade",
    "GradeCap",
    "Grid",
    "Indicator",
    "Let",
    "Method",
    "MethodCall",
    "Otherwise",
    "Parameter",
    "Path",
    "Rounding",
    "Scoring",
    "Section",
    "SectionDefault",
    "Table",
    "Target",
    "TargetKind",
    "Tier",
]
