"""Writes the software bill of materials of a frozen program: CycloneDX 1.6 as JSON, checked against its schema.

Usage: python packaging/frozen/sbom.py PROGRAM-FOLDER FILE

Wheels of compiled libraries bring bills of their own (PEP 770), of the crates and the OpenSSL that are inside; those
stand under them. The same program gives the same file, of SOURCE_DATE_EPOCH's moment.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from contents import Ingredient, Part, parts
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

PROJECT = "procedure-viewer"
_NAMESPACE = UUID("c3c8de45-5b0c-4d3b-8f5e-0a5d8a1f6a5e")
_licences = LicenseFactory()


def bill(program: Path) -> Bom:
    """What stands in it."""
    components: dict[str, Component] = {}
    for part in parts(program):
        component = _component(part)
        components[part.name] = component
        if part.within:
            components[part.within].components.add(component)
        for found in part.ingredients:
            component.components.add(_ingredient(part, found))
    whole = components.pop(PROJECT)
    inside = {inner for component in components.values() for inner in component.components}
    direct = [component for component in components.values() if component not in inside]
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), UTC)
    bom = Bom(components=direct, metadata=BomMetaData(component=whole, timestamp=moment))
    bom.register_dependency(whole, direct)
    names = ",".join(sorted(f"{component.name}@{component.version}" for component in components.values()))
    bom.serial_number = uuid5(_NAMESPACE, f"{whole.version} {moment.isoformat()} {names}")
    return bom


def _component(part: Part) -> Component:
    whole = part.name == PROJECT
    return Component(
        name=part.name,
        version=part.version or None,
        type=ComponentType.APPLICATION if whole else ComponentType.LIBRARY,
        bom_ref=f"{part.name}@{part.version}",
        licenses=[_licences.make_from_string(part.licence)],
        copyright="\n".join(part.copyright),
        purl=PackageURL("pypi", name=part.distribution.lower(), version=part.version)
        if part.distribution and not whole
        else PackageURL("generic", name=part.name.lower().replace(" ", "-"), version=part.version or None),
        external_references=[ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(part.source))]
        if part.source
        else [],
    )


def _ingredient(part: Part, found: Ingredient) -> Component:
    return Component(
        name=found.name,
        version=found.version or None,
        bom_ref=f"{part.name}/{found.name}@{found.version}",
        licenses=[_licences.make_from_string(found.licence)] if found.licence else [],
        purl=PackageURL.from_string(found.purl) if found.purl else None,
    )


def main(program: Path, target: Path) -> int:
    """Write it; returns the exit status."""
    text = JsonV1Dot6(bill(program)).output_as_string(indent=2)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        sys.stderr.write(f"The SBOM is not valid: {fault}\n")
        return 1
    target.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
