"""What the export dialog says of each format."""

from procedure_viewer.export.formats import Format
from procedure_viewer.fhir.words import translate


def format_name(chosen: Format) -> str:
    """What a format is called."""
    return {
        Format.JSON: translate("ExportDialog", "JSON"),
        Format.BUNDLE: translate("ExportDialog", "JSON, one file"),
        Format.FILES: translate("ExportDialog", "JSON, one file each"),
        Format.NDJSON: translate("ExportDialog", "NDJSON"),
        Format.CSV: translate("ExportDialog", "CSV"),
        Format.PDF: translate("ExportDialog", "PDF"),
    }[chosen]


def format_explained(chosen: Format) -> str:
    """What it is good for, in one line."""
    return {
        Format.JSON: translate("ExportDialog", "the FHIR resource, byte for byte as the server sent it"),
        Format.BUNDLE: translate("ExportDialog", "a FHIR Bundle (collection) with the resources as they came"),
        Format.FILES: translate("ExportDialog", "a new folder with a file for each resource"),
        Format.NDJSON: translate("ExportDialog", "a line for each resource, as in FHIR bulk data"),
        Format.CSV: translate("ExportDialog", "a table for a spreadsheet"),
        Format.PDF: translate("ExportDialog", "pages to read and print"),
    }[chosen]


def file_filter(chosen: Format) -> str:
    """The line of a file dialog that lists such files."""
    return {
        Format.JSON: translate("ExportDialog", "FHIR resource (*.json)"),
        Format.BUNDLE: translate("ExportDialog", "FHIR Bundle (*.json)"),
        Format.FILES: translate("ExportDialog", "Folder (*)"),
        Format.NDJSON: translate("ExportDialog", "FHIR bulk data (*.ndjson)"),
        Format.CSV: translate("ExportDialog", "Table (*.csv)"),
        Format.PDF: translate("ExportDialog", "PDF (*.pdf)"),
    }[chosen]
