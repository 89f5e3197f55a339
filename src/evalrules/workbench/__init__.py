"""The workbench: a page on this machine only, to write editions with all that is known of them and to try forms."""
