"""Reading a data package descriptor into frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "NUMERIC_TYPES",
    "ROWS",
    "Field",
    "ForeignKey",
    "Resource",
    "resource_for",
    "resources",
]

ROWS = "rows"
"""Name of the resource that describes every family table; its ``path`` lists them."""

NUMERIC_TYPES = frozenset({"integer", "number", "date", "boolean"})
"""Types whose full-width digits are read as ordinary ones."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, type and constraints (Table Schema)."""

    name: str
    type: str
    constraints: Mapping[str, Any]
    description: str
    description_zh: str
    true_values: tuple[str, ...] = ("true",)
    false_values: tuple[str, ...] = ("false",)
    is_optional: bool = False
    """Whether a table may lack the column: it came later, and is empty where it is not there."""

    @property
    def is_required(self) -> bool:
        """Whether an empty cell is a problem."""
        return bool(self.constraints.get("required", False))


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values must stand in columns of another resource ('' = the same one)."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """One table, or (for ``rows``) one contract shared by several files."""

    name: str
    paths: tuple[str, ...]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(field.name for field in self.fields)

    @property
    def optional(self) -> frozenset[str]:
        """The columns a table may lack."""
        return frozenset(field.name for field in self.fields if field.is_optional)


def resources(package: Mapping[str, Any]) -> tuple[Resource, ...]:
    """Every resource of a descriptor, in its order."""
    return tuple(_resource(entry) for entry in package.get("resources", ()))


def resource_for(package: Mapping[str, Any], name: str) -> Resource | None:
    """The resource called ``name``, or None."""
    return next((entry for entry in resources(package) if entry.name == name), None)


def _resource(entry: Mapping[str, Any]) -> Resource:
    schema = entry.get("schema", {})
    return Resource(
        name=entry["name"],
        paths=_names(entry.get("path", ())),
        fields=tuple(_field(field) for field in schema.get("fields", ())),
        primary_key=_names(schema.get("primaryKey", ())),
        foreign_keys=tuple(_foreign_key(key) for key in schema.get("foreignKeys", ())),
    )


def _field(field: Mapping[str, Any]) -> Field:
    return Field(
        name=field["name"],
        type=field.get("type", "string"),
        constraints=dict(field.get("constraints", {})),
        description=field.get("description", ""),
        description_zh=field.get("livelihood:description_zh", ""),
        true_values=tuple(field.get("trueValues", ("true",))),
        false_values=tuple(field.get("falseValues", ("false",))),
        is_optional=bool(field.get("livelihood:optional", False)),
    )


def _foreign_key(key: Mapping[str, Any]) -> ForeignKey:
    reference = key["reference"]
    return ForeignKey(
        fields=_names(key["fields"]),
        resource=reference.get("resource", ""),
        reference=_names(reference["fields"]),
    )


def _names(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
