"""A second opinion on whole forms, written from the description of the language alone.

Plain `Fraction` arithmetic over the mappings that an edition and a submission are; nothing is imported from the
package, so that what the two agree on is what the language says and not what both copied.
"""
